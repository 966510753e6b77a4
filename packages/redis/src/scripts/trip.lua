-- Opens the circuit, if it has not changed since the given generation and enough instances saw the server fail: in the
-- window while the circuit is closed, by their probes since it became half-open.
-- ARGV: the channel, the window, the generation, the open time in ms, its steps, the quorum (a number or 'auto'),
-- the instance ('-' if it has not seen a failure itself), the reason.
local channel, windowMs, generation, openForMs = ARGV[1], windowMsOf(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local openSteps, quorum, instance, why = tonumber(ARGV[5]), ARGV[6], ARGV[7], ARGV[8]

local breaker = readBreaker()
if generation ~= breaker.generation or breaker.phase == 'forced-open' then return viewOf(breaker, false) end
if instance ~= NONE then
  recordActive(breaker, instance)
  recordFailing(breaker, instance, windowMs)
end
postponeExpiry(breaker)
local sinceMs = breaker.phase == 'open' and nowMs - breaker.openUntilMs + 1 or windowMs
if countFailing(breaker, sinceMs) < countNeeded(breaker, quorum, windowMs) then
  -- This instance opens for itself alone, and makes no more probes for the fleet.
  if endLeasesOf(breaker, instance) and breaker.phase == 'open' then publishFreeProbe(channel, breaker) end
  return viewOf(breaker, false)
end
changePhase(breaker, 'open', nowMs + openForMs, openSteps, why, listFailing(breaker, sinceMs))
publish(channel, breaker)
return viewOf(breaker, true)
