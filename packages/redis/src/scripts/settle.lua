-- Ends the lease of a probe. If it was still running, its success is counted, and enough successes close the circuit.
-- ARGV: the channel, the token, 'success' or 'released', the number of successes that close the circuit.
local channel, token, ending, successesToClose = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local breaker = readBreaker()
local endsMs = breaker.leases[token]
removeEntry(breaker, 'leases', token)
if endsMs == nil or endsMs <= nowMs or breaker.phase ~= 'open' then return viewOf(breaker, false) end
local closes = false
if ending == 'success' then
  save(breaker, { probeSuccesses = breaker.probeSuccesses + 1 })
  closes = breaker.probeSuccesses >= successesToClose
end
if not closes then
  publishFreeProbe(channel, breaker)
  return viewOf(breaker, false)
end
changePhase(breaker, 'closed', 0, breaker.openSteps, 'probes-succeeded')
publish(channel, breaker)
return viewOf(breaker, true)
