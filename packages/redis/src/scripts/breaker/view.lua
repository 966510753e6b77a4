local NO_OUTCOMES = { slice = 0, calls = 0, failures = 0, slow = 0, failing = 0, needed = 1 }
local NO_BUDGET = '0 0 0 0 0'
local APPLIED, PUBLISHED, REFUSED = 1, 2, 4

-- PUBLISHED if this script has sent a message, REFUSED if the server did not let it, 0 if it had none to send.
local publishing = 0

-- Returns the view of the fleet that a script answers with: the words of FleetView in fleet-view.ts, in their order.
-- 'applied' tells if this script has changed something. The parts of 'more' are optional: 'waitMs' until it is worth
-- asking again, the 'outcomes' of a window, and the slice and sums of a 'budget'.
local function viewOf(breaker, applied, more)
  local waitMs = more and more.waitMs or 0
  local outcomes = more and more.outcomes or NO_OUTCOMES
  local counts = readInstanceCounts(breaker)
  local leases = countLeases(breaker)
  return table.concat({
    digits(breaker.generation),
    breaker.phase,
    digits(math.ceil(remainingOpenMs(breaker))),
    breaker.openSteps,
    breaker.why,
    digits(breaker.coolDownGeneration),
    digits(math.max(0, breaker.coolDownUntilMs - nowMs)),
    leases,
    digits(outcomes.slice),
    outcomes.calls,
    outcomes.failures,
    outcomes.slow,
    outcomes.failing,
    outcomes.needed,
    (applied and APPLIED or 0) + publishing,
    digits(math.ceil(waitMs)),
    countRuleSets(breaker),
    countInstances(breaker),
    digits(counts.stretch),
    digits(math.max(0, nowMs - counts.lastReportMs)),
    breaker.openedBy,
    more and more.budget or NO_BUDGET,
  }, ' ')
end

-- Publishes the view and the name of the breaker: the part of its key that is in braces. A server that refuses
-- messages does not undo the change: the other processes find it by poll.
local function publish(channel, breaker)
  local name = string.match(KEYS[1], '{([^{}]*)}:[^:{}]*$')
  local listeners = redis.pcall('PUBLISH', channel, viewOf(breaker, true) .. ' ' .. name)
  publishing = type(listeners) == 'table' and listeners.err and REFUSED or PUBLISHED
end

-- FEW_INSTANCES of probe-turns.ts.
local FEW_INSTANCES = 20

-- Publishes that a probe is free again. The processes of a large fleet ask in turns, so that one of them asks in a
-- moment anyway: no message to each of them is worth that.
local function publishFreeProbe(channel, breaker)
  if countInstances(breaker) <= FEW_INSTANCES then publish(channel, breaker) end
end
