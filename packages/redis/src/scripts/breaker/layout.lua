-- The hash of one breaker, KEYS[1]: its fields, and the only functions that write them.
-- A server holds many breakers, so the names in the hash are short. The scripts use the names in the column "here".
-- An instant is in milliseconds on the server's clock. Only durations leave the server.
--
-- Fields that a breaker has once:
--
-- stored   here                unit     meaning                                                    set by
-- gen      generation          number   rises with every change of phase                           changePhase
-- phase    phase               word     closed, open or forced-open; an open circuit is            changePhase
--                                       half-open when openUntilMs has passed
-- until    openUntilMs         instant  end of the open time                                       changePhase
-- openMs   openForMs           ms       length of the open time when it began                      changePhase
-- growth   openSteps           number   steps by which the open time has grown                     changePhase
-- why      why                 word     reason of the last change of phase                         changePhase
-- by       openedBy            list     instances whose failures opened the circuit                changePhase
-- ok       probeSuccesses      number   probes that succeeded since the last change of phase       settle.lua
-- leaseMs  longestLeaseMs      ms       longest lease of a probe so far                            probe.lua
-- cool     coolDownUntilMs     instant  end of the cool-down                                       cool.lua
-- coolMs   coolDownForMs       ms       length of the cool-down when it began                      cool.lua
-- coolGen  coolDownGeneration  number   rises with every cool-down that the fleet has to know of   cool.lua
-- failMs   longestWindowMs     ms       longest window so far: failing instances are kept for it   recordFailing
-- a1, a2   activeOne,          text     <instance>:<instant> of the two instances that had         recordActive
--          activeOther                  traffic last
-- seen     instanceCounts      text     number of instances that have the key in use:              recordInstance
--                                       instance-count.lua has the details
--
-- Fields that a breaker has many of. Each is an entry of a table with the name in the column "here":
--
-- stored             here                    value
-- l:<token>          leases[token]           instant at which the lease of a probe ends
-- i:<instance>       failing[instance]       instant at which the instance last saw the server fail
-- s:<instance>       served[instance]        instant until which the instance counts as served
-- r:<window>         rules[window]           instant at which an instance last reported by these rules
-- w<window>:<slice>  outcomes[window:slice]  number of calls, failures and slow calls
-- q<budget>:<slice>  spent[budget:slice]     number of calls that began, of answered calls, retries and refused retries
--
-- A window is t<milliseconds> or n<calls>, a budget is <milliseconds>; both end with a dot and the fingerprint of their
-- rules. Both are divided into slices.

-- Stands for an instance, a window, a budget or a reason that is missing.
local NONE = '-'
-- Number of slices of a window or budget.
local SLICES = 10

local STORED = {
  generation = 'gen', phase = 'phase', openUntilMs = 'until', openForMs = 'openMs', openSteps = 'growth', why = 'why',
  openedBy = 'by', probeSuccesses = 'ok', longestLeaseMs = 'leaseMs',
  coolDownUntilMs = 'cool', coolDownForMs = 'coolMs', coolDownGeneration = 'coolGen',
  longestWindowMs = 'failMs', activeOne = 'a1', activeOther = 'a2', instanceCounts = 'seen',
}
-- The beginnings of the stored names of a table's entries.
local PREFIXES = { leases = 'l:', failing = 'i:', served = 's:', rules = 'r:', outcomes = 'w', spent = 'q' }
local TABLES = { l = 'leases', i = 'failing', s = 'served', r = 'rules', w = 'outcomes', q = 'spent' }

-- Sets fields that a breaker has once.
local function save(breaker, values)
  local command = { 'HSET', KEYS[1] }
  for name, value in pairs(values) do
    breaker[name] = value
    command[#command + 1] = STORED[name]
    command[#command + 1] = value
  end
  redis.call(unpack(command))
end

-- Sets an entry of one of the tables.
local function saveEntry(breaker, tableName, entry, value)
  breaker[tableName][entry] = value
  redis.call('HSET', KEYS[1], PREFIXES[tableName] .. entry, value)
end

-- Removes an entry of one of the tables.
local function removeEntry(breaker, tableName, entry)
  breaker[tableName][entry] = nil
  redis.call('HDEL', KEYS[1], PREFIXES[tableName] .. entry)
end
