-- Does what an operator or a user's program orders, in whatever generation.
-- ARGV: the channel, the phase, the reason ('reset' also forgets how far the open time has grown).
local channel, phase, why = ARGV[1], ARGV[2], ARGV[3]
local breaker = readBreaker()
changePhase(breaker, phase, 0, why == 'reset' and 0 or breaker.openSteps, why)
publish(channel, breaker)
return viewOf(breaker, true)
