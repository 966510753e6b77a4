-- Closes an open circuit, if nobody has changed it since the given generation.
-- ARGV: channel, generation
local b = read()
if tonumber(ARGV[2]) ~= b.gen or b.phase ~= 'open' then return view(b, false) end
move(b, 'closed', 0, b.growth, 'probes-succeeded')
publish(ARGV[1], b)
return view(b, true)
