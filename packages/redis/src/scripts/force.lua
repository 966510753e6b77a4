-- An operator's word: it holds whatever the generation.
-- ARGV: channel, phase, why
local b = read()
move(b, ARGV[2], 0, ARGV[3] == 'reset' and 0 or b.growth, ARGV[3])
publish(ARGV[1], b)
return view(b, true)
