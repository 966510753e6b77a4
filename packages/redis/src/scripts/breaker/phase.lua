local KEPT_MS = 3600000
local KEPT_FORCED_OPEN_MS = 2592000000

-- Returns how long the circuit stays open; 0 if probes may go.
local function remainingOpenMs(breaker)
  return breaker.phase == 'open' and math.max(0, breaker.openUntilMs - nowMs) or 0
end

-- Keeps the hash for an hour after its last use, or for 30 days if the circuit is forced open.
local function postponeExpiry(breaker)
  local forMs = breaker.phase == 'forced-open' and KEPT_FORCED_OPEN_MS or KEPT_MS + remainingOpenMs(breaker)
  redis.call('PEXPIRE', KEYS[1], forMs)
end

-- Begins a new generation, and forgets all leases, failing and served instances and outcomes of those before it.
-- Generations rise with the server's time, so that they still rise after data has been lost.
local function changePhase(breaker, phase, openUntilMs, openSteps, why, openedBy)
  for _, tableName in ipairs({ 'leases', 'failing', 'served', 'outcomes' }) do
    for entry in pairs(breaker[tableName]) do removeEntry(breaker, tableName, entry) end
  end
  save(breaker, {
    generation = math.max(breaker.generation + 1, nowMs), phase = phase, openUntilMs = openUntilMs,
    openForMs = math.max(0, openUntilMs - nowMs), openSteps = openSteps, why = why, openedBy = openedBy or NONE,
    probeSuccesses = 0,
  })
  postponeExpiry(breaker)
end
