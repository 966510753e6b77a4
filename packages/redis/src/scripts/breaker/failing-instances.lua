-- The instances that saw the server fail, those that were served, and the quorum: how many must have seen it before
-- the fleet opens.
local MAX_FAILING = 64
-- So many that are served stand for most of a fleet.
local MAX_SERVED = 16
local MAX_NAMED = 8

-- Returns the number of instances that saw the server fail in the last `forMs`. Forgets those that saw it before any
-- window began.
local function countFailing(breaker, forMs)
  local count = 0
  for instance, failedMs in pairs(breaker.failing) do
    if failedMs > nowMs - forMs then
      count = count + 1
    elseif failedMs <= nowMs - breaker.longestWindowMs then
      removeEntry(breaker, 'failing', instance)
    end
  end
  return count
end

-- Records that an instance sees the server fail. More instances than any quorum needs are not recorded.
local function recordFailing(breaker, instance, windowMs)
  if breaker.failing[instance] == nil and countFailing(breaker, windowMs) >= MAX_FAILING then return end
  if breaker.served[instance] ~= nil then removeEntry(breaker, 'served', instance) end
  saveEntry(breaker, 'failing', instance, nowMs)
  save(breaker, { longestWindowMs = math.max(breaker.longestWindowMs, windowMs) })
end

-- Returns the number of instances that were served of late.
local function countServed(breaker)
  local count = 0
  for instance, untilMs in pairs(breaker.served) do
    if untilMs > nowMs then count = count + 1 else removeEntry(breaker, 'served', instance) end
  end
  return count
end

-- Records that an instance is served, which counts for so many milliseconds. More instances are not recorded.
local function recordServed(breaker, instance, forMs)
  if breaker.failing[instance] ~= nil then removeEntry(breaker, 'failing', instance) end
  if breaker.served[instance] == nil and countServed(breaker) >= MAX_SERVED then return end
  saveEntry(breaker, 'served', instance, nowMs + forMs)
end

-- Returns the names of the first few instances that saw the server fail in the last `forMs`.
local function listFailing(breaker, forMs)
  local names = {}
  for instance, failedMs in pairs(breaker.failing) do
    if failedMs > nowMs - forMs and #names < MAX_NAMED then names[#names + 1] = instance end
  end
  table.sort(names)
  return #names > 0 and table.concat(names, ',') or NONE
end

-- Returns how many instances must see the server fail. With 'auto' it is one if only one has traffic, else two, and in
-- a closed circuit more than are served, since an open one serves none of them. It is a tenth of a large fleet at
-- least: a few of its instances may have had no other call than one that failed, as some calls of a healthy server do.
local function countNeeded(breaker, quorum, windowMs)
  if quorum ~= 'auto' then return tonumber(quorum) end
  if countActive(breaker, windowMs) <= 1 then return 1 end
  if breaker.phase ~= 'closed' then return 2 end
  local served, instances = countServed(breaker), countInstances(breaker)
  if served >= MAX_SERVED then return math.max(served, math.floor(instances / 2)) + 1 end
  return math.max(2, served + 1, math.min(MAX_FAILING, math.ceil(instances / 10)))
end
