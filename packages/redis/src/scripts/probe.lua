-- Takes the lease of a probe, if the circuit is half-open and a lease is free. Else the view tells when to ask again.
-- ARGV: the token, the length of the lease in ms, the number of probes that the fleet may make at a time.
local token, leaseMs, probes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local breaker = readBreaker()
local remainingMs = remainingOpenMs(breaker)
if breaker.phase ~= 'open' or remainingMs > 0 then return viewOf(breaker, false, { waitMs = remainingMs }) end
local running, firstEndMs = countLeases(breaker)
if running >= probes then return viewOf(breaker, false, { waitMs = firstEndMs - nowMs }) end
saveEntry(breaker, 'leases', token, nowMs + leaseMs)
save(breaker, { longestLeaseMs = math.max(breaker.longestLeaseMs or 0, leaseMs) })
postponeExpiry(breaker)
return viewOf(breaker, true)
