// Made from src/scripts/*.lua by scripts/embed-lua.mjs: change those, then `npm run embed`.

export const board = `-- What is on the board, KEYS[1], each as the view of a breaker and its name. Forgets what is out of date.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local CLOSED_MS, OPEN_MS = 60000, 3600000
local board, found = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #board, 2 do
  local gen, phase, ends, growth, why = string.match(board[i + 1], '^(%d+) (%S+) (%d+) (%d+) (%S+)$')
  local kept = phase == 'closed' and CLOSED_MS or phase == 'open' and OPEN_MS or math.huge
  if gen == nil or now - tonumber(ends) > kept then
    redis.call('HDEL', KEYS[1], board[i])
  else
    local remaining = phase == 'open' and math.max(0, tonumber(ends) - now) or 0
    found[#found + 1] = table.concat({ gen, phase, string.format('%.0f', remaining), growth, why, '0 0 0 0 0 0 0 0 0 0', board[i] }, ' ')
  end
end
return found
`;

export const breaker = `-- Comes before every script that follows: reads one breaker's hash, KEYS[1], and tells what the fleet knows of it.
-- Time is the server's. What leaves the server is durations.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local KEPT_MS = 3600000
local KEPT_FORCED_MS = 2592000000
local SLICES = 10
local MAX_FAILING = 64

-- gen, phase, until, growth, ok, why, cool, coolGen: the breaker. l:<token>: until when a probe's lease runs.
-- i:<instance>: when an instance last saw a failure. w<window>:<slice>: its calls, failures and slow calls.
local function read()
  local b = { gen = 0, phase = 'closed', ['until'] = 0, growth = 0, ok = 0, why = '-', cool = 0, coolGen = 0 }
  b.leases, b.failing, b.slices = {}, {}, {}
  local fields = redis.call('HGETALL', KEYS[1])
  for i = 1, #fields, 2 do
    local field, value = fields[i], fields[i + 1]
    local kind, rest = string.match(field, '^([liw])([^:]*:.*)$')
    if kind == 'l' then
      b.leases[field] = tonumber(value)
    elseif kind == 'i' then
      b.failing[field] = tonumber(value)
    elseif kind == 'w' then
      b.slices[field] = value
    else
      b[field] = tonumber(value) or value
    end
  end
  return b
end

-- How long the circuit stays open; 0 when probes may go.
local function remaining(b)
  return b.phase == 'open' and math.max(0, b['until'] - now) or 0
end

-- How many leases run, and when the first of them ends. Those that have ended are forgotten.
local function leases(b)
  local live, first = 0, nil
  for field, ends in pairs(b.leases) do
    if ends > now then
      live = live + 1
      first = math.min(first or ends, ends)
    else
      redis.call('HDEL', KEYS[1], field)
      b.leases[field] = nil
    end
  end
  return live, first
end

-- How many instances saw a failure in the last \`ms\`. Those whose failures are older are forgotten.
local function failing(b, ms)
  local count = 0
  for field, at in pairs(b.failing) do
    if at > now - ms then
      count = count + 1
    else
      redis.call('HDEL', KEYS[1], field)
      b.failing[field] = nil
    end
  end
  return count
end

local function noteFailing(b, instance, ms)
  local field = 'i:' .. instance
  if b.failing[field] == nil and failing(b, ms) >= MAX_FAILING then return end
  b.failing[field] = now
  redis.call('HSET', KEYS[1], field, now)
end

local function keep(b)
  redis.call('PEXPIRE', KEYS[1], b.phase == 'forced-open' and KEPT_FORCED_MS or KEPT_MS + remaining(b))
end

-- \`window\` is t<milliseconds> or n<calls>; a window by calls has no time of its own.
local function windowMs(window)
  return string.sub(window, 1, 1) == 't' and tonumber(string.sub(window, 2)) or 30000
end

-- A new generation: everything counted so far belongs to the past. Generations rise with the server's time, so that
-- they go on rising after the data has been lost.
local function move(b, phase, untilMs, growth, why)
  for _, part in ipairs({ b.leases, b.failing, b.slices }) do
    for field in pairs(part) do redis.call('HDEL', KEYS[1], field) end
  end
  b.leases, b.failing, b.slices = {}, {}, {}
  b.gen, b.phase, b['until'], b.growth, b.ok, b.why = math.max(b.gen + 1, now), phase, untilMs, growth, 0, why
  redis.call('HSET', KEYS[1], 'gen', b.gen, 'phase', phase, 'until', untilMs, 'growth', growth, 'ok', 0, 'why', why)
  keep(b)
end

-- \`applied\`: whether this very call changed something. \`wait\`: when to ask again, in ms.
local function view(b, applied, wait, window)
  local w = window or { slice = 0, calls = 0, failures = 0, slow = 0, failing = 0 }
  return table.concat({
    string.format('%.0f', b.gen), b.phase, string.format('%.0f', math.ceil(remaining(b))), b.growth, b.why,
    string.format('%.0f', b.coolGen), string.format('%.0f', math.max(0, b.cool - now)), (leases(b)),
    string.format('%.0f', w.slice), w.calls, w.failures, w.slow, w.failing,
    applied and 1 or 0, string.format('%.0f', math.ceil(wait or 0)),
  }, ' ')
end

-- Tells all who listen on \`channel\`; the name of the breaker is what stands in the braces of its key.
local function publish(channel, b)
  local name = string.match(KEYS[1], '{([^{}]*)}:[^:{}]*$')
  redis.call('PUBLISH', channel, view(b, true) .. ' ' .. name)
end
`;

export const close = `-- Closes an open circuit, if nobody has changed it since the given generation.
-- ARGV: channel, generation
local b = read()
if tonumber(ARGV[2]) ~= b.gen or b.phase ~= 'open' then return view(b, false) end
move(b, 'closed', 0, b.growth, 'probes-succeeded')
publish(ARGV[1], b)
return view(b, true)
`;

export const cool = `-- Holds the key for a time, or lifts that (0).
-- ARGV: channel, milliseconds
local b = read()
local ms = tonumber(ARGV[2])
local lasts = math.max(0, b.cool - now)
if ms > 0 and ms <= lasts then return view(b, false) end
b.cool = ms > 0 and now + ms or 0
redis.call('HSET', KEYS[1], 'cool', b.cool)
-- Answers that were on their way together ask for the same time again: no news for the others.
if ms == 0 or ms > lasts * 1.1 then
  b.coolGen = math.max(b.coolGen + 1, now)
  redis.call('HSET', KEYS[1], 'coolGen', b.coolGen)
  publish(ARGV[1], b)
end
keep(b)
return view(b, true)
`;

export const force = `-- An operator's word: it holds whatever the generation.
-- ARGV: channel, phase, why
local b = read()
move(b, ARGV[2], 0, ARGV[3] == 'reset' and 0 or b.growth, ARGV[3])
publish(ARGV[1], b)
return view(b, true)
`;

export const note = `-- Puts one breaker's phase on the board, KEYS[1], where processes that start find what is not closed.
-- A closed one stays for a while, so that a note that comes late does not open it again.
-- ARGV: name, generation, phase, remaining (ms), growth, why
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local gen, noted = tonumber(ARGV[2]), redis.call('HGET', KEYS[1], ARGV[1])
if noted and tonumber(string.match(noted, '^%d+')) >= gen then return 0 end
redis.call('HSET', KEYS[1], ARGV[1],
  table.concat({ string.format('%.0f', gen), ARGV[3], string.format('%.0f', now + tonumber(ARGV[4])), ARGV[5], ARGV[6] }, ' '))
redis.call('PEXPIRE', KEYS[1], 2592000000)
return 1
`;

export const probe = `-- Takes a probe's lease, if the circuit waits for probes and one is free. \`wait\` tells when to ask again.
-- ARGV: token, lease (ms), probes
local b = read()
if b.phase ~= 'open' or remaining(b) > 0 then return view(b, false, remaining(b)) end
local live, first = leases(b)
if live >= tonumber(ARGV[3]) then return view(b, false, first - now) end
local field = 'l:' .. ARGV[1]
b.leases[field] = now + tonumber(ARGV[2])
redis.call('HSET', KEYS[1], field, b.leases[field])
keep(b)
return view(b, true)
`;

export const settle = `-- Ends a probe: its lease is given back if it is still held, a success is counted, and enough of them close the circuit.
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
`;

export const sync = `-- Adds what one process has seen since it last came, and tells what the fleet has seen.
-- ARGV: window ('-' for none), generation of the outcomes, calls, failures, slow, instance
local b = read()
local window, calls, failures, slow = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if window == '-' then return view(b, false) end

local prefix = 'w' .. window .. ':'
local sizeOrMs = tonumber(string.sub(window, 2))
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

local counted = calls > 0 and tonumber(ARGV[2]) == b.gen
if counted then
  local had = slices[slice] or { 0, 0, 0 }
  slices[slice] = { had[1] + calls, had[2] + failures, had[3] + slow }
  redis.call('HSET', KEYS[1], prefix .. string.format('%.0f', slice), table.concat(slices[slice], ','))
  if failures > 0 or slow > 0 then noteFailing(b, ARGV[6], windowMs(window)) end
  keep(b)
end

local sum = { slice = slice, calls = 0, failures = 0, slow = 0, failing = failing(b, windowMs(window)) }
for at, counts in pairs(slices) do
  if at > slice - SLICES then
    sum.calls, sum.failures, sum.slow = sum.calls + counts[1], sum.failures + counts[2], sum.slow + counts[3]
  else
    redis.call('HDEL', KEYS[1], prefix .. string.format('%.0f', at))
  end
end
return view(b, counted, 0, sum)
`;

export const trip = `-- Opens the circuit, if nobody has changed it since the given generation and enough instances saw failures.
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
`;
