-- Opens the circuit, if nobody has changed it since the given generation and enough instances saw the server fail: in the window while it
-- is closed, by their probes since it went half-open.
-- ARGV: channel, window, generation, open for (ms), growth, quorum (a number, or 'auto'), instance ('-' if it only heard of it), why
local b = read()
local ms, instance = windowMs(ARGV[2]), ARGV[7]
if tonumber(ARGV[3]) ~= b.gen or b.phase == 'forced-open' then return view(b, false) end
if instance ~= '-' then
  noteActive(b, instance)
  noteFailing(b, instance, ms)
end
local since = b.phase == 'open' and now - b['until'] + 1 or ms
keep(b)
if failing(b, since) < needed(b, ARGV[6], ms) then
  -- This instance opens for itself alone, and makes no more probes for the fleet.
  for field in pairs(b.leases) do
    if string.sub(field, 1, #instance + 3) == 'l:' .. instance .. '.' then
      redis.call('HDEL', KEYS[1], field)
      b.leases[field] = nil
    end
  end
  if b.phase == 'open' then publish(ARGV[1], b) end
  return view(b, false)
end
move(b, 'open', now + tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[8], namesOfFailing(b, since))
publish(ARGV[1], b)
return view(b, true)
