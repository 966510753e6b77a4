-- Takes a probe's lease, if the circuit waits for probes and one is free. `wait` tells when to ask again.
-- ARGV: token, lease (ms), probes
local b = read()
if b.phase ~= 'open' or remaining(b) > 0 then return view(b, false, remaining(b)) end
local live, first = leases(b)
if live >= tonumber(ARGV[3]) then return view(b, false, first - now) end
local field = 'l:' .. ARGV[1]
b.leases[field] = now + tonumber(ARGV[2])
redis.call('HSET', KEYS[1], field, b.leases[field], 'leaseMs', math.max(b.leaseMs or 0, tonumber(ARGV[2])))
keep(b)
return view(b, true)
