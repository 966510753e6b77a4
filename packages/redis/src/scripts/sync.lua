-- Adds what one process has seen since it last came, and tells what the fleet has seen.
-- ARGV: window ('-' for none), generation of the outcomes, calls, failures, slow, instance ('-': one that only looks), whether it sees the
-- server fail ('1', '0', '-' for nothing new), quorum (a number, or 'auto'), stretch in which the instance was counted last, the most
-- stretches for which it may be counted, budget ('-' for none), its calls that began, answered ones, retries, refused retries
local b = read()
local window, calls, failures, slow = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
-- Whoever comes has, or has just had, calls.
if ARGV[6] ~= '-' then
  noteSeen(b, tonumber(ARGV[9]), tonumber(ARGV[10]))
  keep(b)
end
local budget
if ARGV[11] ~= '-' then
  budget = spend(b, ARGV[11], { tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15]) })
end
if window == '-' then return view(b, false, 0, nil, budget) end
if ARGV[6] ~= '-' then
  noteActive(b, ARGV[6])
  noteRules(b, window)
end

local prefix = 'w' .. window .. ':'
local sizeOrMs = tonumber(string.match(window, '^%a(%d+)'))
local byTime = string.sub(window, 1, 1) == 't'

local slices, newest = {}, 0
for field, value in pairs(b.slices) do
  if string.sub(field, 1, #prefix) == prefix then
    local slice = tonumber(string.sub(field, #prefix + 1))
    local c, f, s = string.match(value, '(%d+),(%d+),(%d+)')
    slices[slice] = { tonumber(c), tonumber(f), tonumber(s) }
    newest = math.max(newest, slice)
  end
end

-- A slice is a tenth of the window's time, or of its calls.
local slice = newest
if byTime then
  slice = math.floor(now / (sizeOrMs / SLICES))
elseif slices[newest] and slices[newest][1] >= sizeOrMs / SLICES then
  slice = newest + 1
end

local isCurrent = tonumber(ARGV[2]) == b.gen
if isCurrent and ARGV[7] == '1' then noteFailing(b, ARGV[6], windowMs(window)) end
if isCurrent and ARGV[7] == '0' then forgetFailing(b, ARGV[6]) end
local counted = calls > 0 and isCurrent
if counted then
  local had = slices[slice] or { 0, 0, 0 }
  slices[slice] = { had[1] + calls, had[2] + failures, had[3] + slow }
  redis.call('HSET', KEYS[1], prefix .. string.format('%.0f', slice), table.concat(slices[slice], ','))
  keep(b)
end

local sum = { slice = slice, calls = 0, failures = 0, slow = 0, failing = failing(b, windowMs(window)),
  needed = needed(b, ARGV[8], windowMs(window)) }
for at, counts in pairs(slices) do
  if at > slice - SLICES and at <= slice then
    sum.calls, sum.failures, sum.slow = sum.calls + counts[1], sum.failures + counts[2], sum.slow + counts[3]
  else
    redis.call('HDEL', KEYS[1], prefix .. string.format('%.0f', at))
  end
end
return view(b, counted, 0, sum, budget)
