-- Comes before every script that follows: reads one breaker's hash, KEYS[1], and tells what the fleet knows of it.
-- Time is the server's. What leaves the server is durations.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local KEPT_MS = 3600000
local KEPT_FORCED_MS = 2592000000
local SLICES = 10
local MAX_FAILING = 64
-- Rules that no instance has come with for so long are those of a deploy that is over.
local RULES_KEPT_MS = 120000
-- An instance is counted once in so long.
local SEEN_MS = 10000
local MAX_NAMED = 8

-- gen, phase, until, growth, ok, why, cool, coolGen: the breaker. openMs, coolMs, leaseMs: how long until, cool and leases may be
-- ahead of now. l:<token>: until when a probe's lease runs.
-- a1, a2: the two instances that had traffic last, each as <instance>:<when>. i:<instance>: when an instance last saw the server fail.
-- by: the instances whose failures opened the circuit. seen: how many instances have the key in use, see seenOf.
-- failMs: the longest of the windows, for which i: is kept. r:<window>: when an instance last came with these rules.
-- q<budget>:<slice>: what a budget has counted: calls that began, answered ones, retries, refused retries. A budget is the milliseconds
-- of its window, and the fingerprint of its rules.
-- w<window>:<slice>: its calls, failures and slow calls. A window is t<milliseconds> or n<calls>, and the fingerprint of the rules.
-- A clock that was set back, or a replica whose clock is behind, has instants further ahead than they were ever set: nothing lasts
-- longer from now than it was meant to last when it began, and nothing was seen in the future.
local function onThisClock(b)
  for name, most in pairs({ ['until'] = b.openMs, cool = b.coolMs }) do
    if most and b[name] > now + most then
      b[name] = now + most
      redis.call('HSET', KEYS[1], name, b[name])
    end
  end
  for field, ends in pairs(b.leases) do
    if b.leaseMs and ends > now + b.leaseMs then
      b.leases[field] = now + b.leaseMs
      redis.call('HSET', KEYS[1], field, b.leases[field])
    end
  end
  for field, at in pairs(b.failing) do
    if at > now then
      redis.call('HDEL', KEYS[1], field)
      b.failing[field] = nil
    end
  end
  return b
end

local function read()
  local b = { gen = 0, phase = 'closed', ['until'] = 0, growth = 0, ok = 0, why = '-', cool = 0, coolGen = 0 }
  b.leases, b.failing, b.slices, b.rules, b.spent = {}, {}, {}, {}, {}
  local fields = redis.call('HGETALL', KEYS[1])
  for i = 1, #fields, 2 do
    local field, value = fields[i], fields[i + 1]
    local kind, rest = string.match(field, '^([liwrq])([^:]*:.*)$')
    if kind == 'l' then
      b.leases[field] = tonumber(value)
    elseif kind == 'i' then
      b.failing[field] = tonumber(value)
    elseif kind == 'w' then
      b.slices[field] = value
    elseif kind == 'q' then
      b.spent[field] = value
    elseif kind == 'r' then
      b.rules[rest] = tonumber(value)
    else
      b[field] = tonumber(value) or value
    end
  end
  return onThisClock(b)
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

-- How many instances saw the server fail in the last `ms`. Those that saw it before any window are forgotten.
local function failing(b, ms)
  local count = 0
  for field, at in pairs(b.failing) do
    if at > now - ms then
      count = count + 1
    elseif at <= now - (b.failMs or 0) then
      redis.call('HDEL', KEYS[1], field)
      b.failing[field] = nil
    end
  end
  return count
end

local function forgetFailing(b, instance)
  local field = 'i:' .. instance
  if b.failing[field] == nil then return end
  b.failing[field] = nil
  redis.call('HDEL', KEYS[1], field)
end

local function noteFailing(b, instance, ms)
  local field = 'i:' .. instance
  if b.failing[field] == nil and failing(b, ms) >= MAX_FAILING then return end
  b.failing[field] = now
  b.failMs = math.max(b.failMs or 0, ms)
  redis.call('HSET', KEYS[1], field, now, 'failMs', b.failMs)
end

-- Notes that an instance goes by the rules of this window, and forgets rules of old with what was counted by them.
local function noteRules(b, window)
  b.rules[':' .. window] = now
  redis.call('HSET', KEYS[1], 'r:' .. window, string.format('%.0f', now))
  for rest, at in pairs(b.rules) do
    if at <= now - RULES_KEPT_MS or at > now then
      redis.call('HDEL', KEYS[1], 'r' .. rest)
      b.rules[rest] = nil
      for field in pairs(b.slices) do
        if string.find(field, 'w' .. string.sub(rest, 2) .. ':', 1, true) == 1 then
          redis.call('HDEL', KEYS[1], field)
          b.slices[field] = nil
        end
      end
    end
  end
end

-- How many different rules the instances go by.
local function ruleSets(b)
  local count = 0
  for _, at in pairs(b.rules) do
    if at > now - RULES_KEPT_MS and at <= now then count = count + 1 end
  end
  return count
end

-- Two are enough: the only question is whether more than one instance has traffic.
local function noteActive(b, instance)
  local one, oneAt = string.match(b.a1 or '', '^(.*):(%d+)$')
  local two, twoAt = string.match(b.a2 or '', '^(.*):(%d+)$')
  local field = 'a1'
  if one ~= instance and (two == instance or tonumber(twoAt or 0) < tonumber(oneAt or 0)) then field = 'a2' end
  b[field] = instance .. ':' .. string.format('%.0f', now)
  redis.call('HSET', KEYS[1], field, b[field])
end

-- How many instances had traffic in the last `ms`: none, one, or 2 for more.
local function active(b, ms)
  local count = 0
  for _, noted in ipairs({ b.a1 or '', b.a2 or '' }) do
    local at = tonumber(string.match(noted, ':(%d+)$') or 0)
    if at > now - ms and at <= now then count = count + 1 end
  end
  return count
end

-- How many instances were counted in this stretch of time, and how many in the one before; the stretch's number, and when the last
-- instance came.
local function seenOf(b)
  local stretch = math.floor(now / SEEN_MS)
  local at, count, before, last = string.match(b.seen or '', '^(%d+) (%S+) (%S+) (%d+)$')
  at, count, before, last = tonumber(at), tonumber(count or 0), tonumber(before or 0), tonumber(last)
  if at ~= stretch then
    before = at == stretch - 1 and count or 0
    count = 0
  end
  return { stretch = stretch, count = count, before = before, last = last }
end

-- Counts an instance, unless it was counted in this stretch: its number is what the instance was told when it was counted. One that
-- comes less often than once in a stretch is counted for those in between, too, but for no more than `most` stretches.
local function noteSeen(b, counted, most)
  local seen = seenOf(b)
  seen.count = seen.count + math.max(0, math.min(math.ceil(most), seen.stretch - counted))
  b.seen = string.format('%.0f %.3f %.3f %.0f', seen.stretch, seen.count, seen.before, now)
  redis.call('HSET', KEYS[1], 'seen', b.seen)
end

-- How many instances have the key in use. A stretch that has just begun knows few of them.
local function instances(b)
  local seen = seenOf(b)
  return math.max(1, math.floor(math.max(seen.count, seen.before) + 0.5))
end

-- The instances that saw the server fail in the last `ms`, so many as are named.
local function namesOfFailing(b, ms)
  local names = {}
  for field, at in pairs(b.failing) do
    if at > now - ms and #names < MAX_NAMED then names[#names + 1] = string.sub(field, 3) end
  end
  table.sort(names)
  return #names > 0 and table.concat(names, ',') or '-'
end

-- How many instances must see the server fail. 'auto': more than one, if more than one has traffic, and a tenth of a large fleet. A few
-- of its instances may have had no other call than one that failed, as some calls of a healthy server do.
local function needed(b, quorum, ms)
  if quorum ~= 'auto' then return tonumber(quorum) end
  if active(b, ms) <= 1 then return 1 end
  return math.max(2, math.min(MAX_FAILING, math.ceil(instances(b) / 10)))
end

local function keep(b)
  redis.call('PEXPIRE', KEYS[1], b.phase == 'forced-open' and KEPT_FORCED_MS or KEPT_MS + remaining(b))
end

-- A window by calls has no time of its own.
local function windowMs(window)
  return string.sub(window, 1, 1) == 't' and tonumber(string.match(window, '^t(%d+)')) or 30000
end

-- A new generation: everything counted so far belongs to the past. Generations rise with the server's time, so that
-- they go on rising after the data has been lost.
local function move(b, phase, untilMs, growth, why, by)
  for _, part in ipairs({ b.leases, b.failing, b.slices }) do
    for field in pairs(part) do redis.call('HDEL', KEYS[1], field) end
  end
  b.leases, b.failing, b.slices = {}, {}, {}
  b.gen, b.phase, b['until'], b.growth, b.ok, b.why = math.max(b.gen + 1, now), phase, untilMs, growth, 0, why
  b.openMs, b.by = math.max(0, untilMs - now), by or '-'
  redis.call('HSET', KEYS[1], 'gen', b.gen, 'phase', phase, 'until', untilMs, 'openMs', b.openMs,
    'growth', growth, 'ok', 0, 'why', why, 'by', b.by)
  keep(b)
end

-- Adds what an instance has counted of a budget, and returns the sums of the budget's window. Forgets what is older, of other budgets
-- too. A budget's name begins with the milliseconds of its window.
local function spend(b, budget, counts)
  local slice = math.floor(now / (tonumber(string.match(budget, '^%d+')) / SLICES))
  local own = 'q' .. budget .. ':' .. string.format('%.0f', slice)
  local sums = { 0, 0, 0, 0 }
  local function add(to, value)
    local at = 1
    for count in string.gmatch(value, '%d+') do
      to[at] = to[at] + tonumber(count)
      at = at + 1
    end
  end
  if counts[1] + counts[2] + counts[3] + counts[4] > 0 then
    add(counts, b.spent[own] or '')
    b.spent[own] = table.concat(counts, ',')
    redis.call('HSET', KEYS[1], own, b.spent[own])
  end
  for field, value in pairs(b.spent) do
    local name, at = string.match(field, '^q(.*):(%d+)$')
    local newest = math.floor(now / (tonumber(string.match(name, '^%d+')) / SLICES))
    at = tonumber(at)
    if at <= newest - SLICES or at > newest then
      redis.call('HDEL', KEYS[1], field)
      b.spent[field] = nil
    elseif name == budget then
      add(sums, value)
    end
  end
  return string.format('%.0f', slice) .. ' ' .. table.concat(sums, ' ')
end

-- 2 if this call has told the others of the change, 4 if the server did not let it.
local told = 0

-- `applied`: whether this very call changed something. `wait`: when to ask again, in ms.
local function view(b, applied, wait, window, budget)
  local w = window or { slice = 0, calls = 0, failures = 0, slow = 0, failing = 0, needed = 1 }
  local seen = seenOf(b)
  return table.concat({
    string.format('%.0f', b.gen), b.phase, string.format('%.0f', math.ceil(remaining(b))), b.growth, b.why,
    string.format('%.0f', b.coolGen), string.format('%.0f', math.max(0, b.cool - now)), (leases(b)),
    string.format('%.0f', w.slice), w.calls, w.failures, w.slow, w.failing, w.needed,
    (applied and 1 or 0) + told, string.format('%.0f', math.ceil(wait or 0)), ruleSets(b),
    instances(b), string.format('%.0f', seen.stretch), string.format('%.0f', math.max(0, now - (seen.last or now))), b.by or '-',
    budget or '0 0 0 0 0',
  }, ' ')
end

-- Tells all who listen on `channel`; the name of the breaker is what stands in the braces of its key. A server that refuses messages
-- does not undo the change: the others find it when they ask.
local function publish(channel, b)
  local name = string.match(KEYS[1], '{([^{}]*)}:[^:{}]*$')
  local heard = redis.pcall('PUBLISH', channel, view(b, true) .. ' ' .. name)
  told = type(heard) == 'table' and heard.err and 4 or 2
end
