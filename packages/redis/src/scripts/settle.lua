-- Ends a probe: its lease is given back if it is still held, a success is counted, and enough of them close the circuit.
-- ARGV: channel, token, 'success' or 'released', successes to close
local b = read()
local field = 'l:' .. ARGV[2]
local ends = b.leases[field]
redis.call('HDEL', KEYS[1], field)
b.leases[field] = nil
if ends == nil or ends <= now or b.phase ~= 'open' then return view(b, false) end
local closed = false
if ARGV[3] == 'success' then
  b.ok = redis.call('HINCRBY', KEYS[1], 'ok', 1)
  closed = b.ok >= tonumber(ARGV[4])
end
if closed then move(b, 'closed', 0, b.growth, 'probes-succeeded') end
publish(ARGV[1], b)
return view(b, closed)
