-- Begins, extends or ends (0 ms) a cool-down.
-- ARGV: the channel, its length in ms.
local channel, forMs = ARGV[1], tonumber(ARGV[2])
local breaker = readBreaker()
local remainingMs = math.max(0, breaker.coolDownUntilMs - nowMs)
if forMs > 0 and forMs <= remainingMs then return viewOf(breaker, false) end
save(breaker, { coolDownUntilMs = forMs > 0 and nowMs + forMs or 0, coolDownForMs = forMs })
-- Answers that were on their way together have the same hint: the others of the fleet need no message for each.
if forMs == 0 or forMs > remainingMs * 1.1 then
  save(breaker, { coolDownGeneration = math.max(breaker.coolDownGeneration + 1, nowMs) })
  publish(channel, breaker)
end
postponeExpiry(breaker)
return viewOf(breaker, true)
