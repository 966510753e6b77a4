-- Closes an open circuit, if it has not changed since the given generation.
-- ARGV: the channel, the generation.
local channel, generation = ARGV[1], tonumber(ARGV[2])
local breaker = readBreaker()
if generation ~= breaker.generation or breaker.phase ~= 'open' then return viewOf(breaker, false) end
changePhase(breaker, 'closed', 0, breaker.openSteps, 'probes-succeeded')
publish(channel, breaker)
return viewOf(breaker, true)
