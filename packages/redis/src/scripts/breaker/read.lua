-- No report of an instance that was served counts for longer: three polls of 60 s.
local LONGEST_SERVED_MS = 180000

-- A server whose clock was set back, or a replica whose clock is behind, has instants further ahead than they were ever
-- set. Shortens what would last longer from now than it was meant to last when it began, and forgets what was seen in
-- the future.
local function correctInstants(breaker)
  if breaker.openUntilMs > nowMs + breaker.openForMs then
    save(breaker, { openUntilMs = nowMs + breaker.openForMs })
  end
  if breaker.coolDownUntilMs > nowMs + breaker.coolDownForMs then
    save(breaker, { coolDownUntilMs = nowMs + breaker.coolDownForMs })
  end
  local longestLeaseMs = breaker.longestLeaseMs or math.huge
  for token, endsMs in pairs(breaker.leases) do
    if endsMs > nowMs + longestLeaseMs then saveEntry(breaker, 'leases', token, nowMs + longestLeaseMs) end
  end
  for instance, failedMs in pairs(breaker.failing) do
    if failedMs > nowMs then removeEntry(breaker, 'failing', instance) end
  end
  for instance, untilMs in pairs(breaker.served) do
    if untilMs > nowMs + LONGEST_SERVED_MS then removeEntry(breaker, 'served', instance) end
  end
end

-- Returns the breaker of KEYS[1]: a closed one if nothing is stored.
local function readBreaker()
  local single, tables = {}, { leases = {}, failing = {}, served = {}, rules = {}, outcomes = {}, spent = {} }
  local fields = redis.call('HGETALL', KEYS[1])
  for i = 1, #fields, 2 do
    local field, value = fields[i], tonumber(fields[i + 1]) or fields[i + 1]
    local tableName = string.find(field, ':', 1, true) and TABLES[string.sub(field, 1, 1)]
    if tableName then
      tables[tableName][string.sub(field, #PREFIXES[tableName] + 1)] = value
    else
      single[field] = value
    end
  end
  local breaker = {
    generation = single[STORED.generation] or 0,
    phase = single[STORED.phase] or 'closed',
    openUntilMs = single[STORED.openUntilMs] or 0,
    openForMs = single[STORED.openForMs] or math.huge,
    openSteps = single[STORED.openSteps] or 0,
    why = single[STORED.why] or NONE,
    openedBy = single[STORED.openedBy] or NONE,
    probeSuccesses = single[STORED.probeSuccesses] or 0,
    longestLeaseMs = single[STORED.longestLeaseMs],
    coolDownUntilMs = single[STORED.coolDownUntilMs] or 0,
    coolDownForMs = single[STORED.coolDownForMs] or math.huge,
    coolDownGeneration = single[STORED.coolDownGeneration] or 0,
    longestWindowMs = single[STORED.longestWindowMs] or 0,
    activeOne = single[STORED.activeOne] or '',
    activeOther = single[STORED.activeOther] or '',
    instanceCounts = single[STORED.instanceCounts] or '',
    leases = tables.leases,
    failing = tables.failing,
    served = tables.served,
    rules = tables.rules,
    outcomes = tables.outcomes,
    spent = tables.spent,
  }
  correctInstants(breaker)
  return breaker
end
