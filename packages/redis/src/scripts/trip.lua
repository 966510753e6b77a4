-- Opens the circuit, if nobody has changed it since the given generation and enough instances saw failures.
-- ARGV: channel, window, generation, open for (ms), growth, quorum, instance ('-' if it saw no failure), why
local b = read()
local window, quorum = ARGV[2], tonumber(ARGV[6])
if tonumber(ARGV[3]) ~= b.gen or b.phase == 'forced-open' then return view(b, false) end
if b.phase == 'closed' and quorum > 1 then
  if ARGV[7] ~= '-' then noteFailing(b, ARGV[7], windowMs(window)) end
  keep(b)
  if failing(b, windowMs(window)) < quorum then return view(b, false) end
end
move(b, 'open', now + tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[8])
publish(ARGV[1], b)
return view(b, true)
