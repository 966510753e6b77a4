-- Holds the key for a time, or lifts that (0).
-- ARGV: channel, milliseconds
local b = read()
local ms = tonumber(ARGV[2])
local lasts = math.max(0, b.cool - now)
if ms > 0 and ms <= lasts then return view(b, false) end
b.cool = ms > 0 and now + ms or 0
redis.call('HSET', KEYS[1], 'cool', b.cool, 'coolMs', ms)
-- Answers that were on their way together ask for the same time again: no news for the others.
if ms == 0 or ms > lasts * 1.1 then
  b.coolGen = math.max(b.coolGen + 1, now)
  redis.call('HSET', KEYS[1], 'coolGen', b.coolGen)
  publish(ARGV[1], b)
end
keep(b)
return view(b, true)
