#include "presence/adapters/online_scripts.hpp"

namespace monarch::presence::scripts {
namespace {

// Reads the record into `r`, and has what all scripts share. Lua's numbers hold integers up to
// 2^53: enough for counters (microseconds), revisions and generations; session ids stay text.
constexpr const char* kPrelude = R"lua(
local key = KEYS[1]
local names = {'g','c','s','tg','tc','n','d','st','h','nm','al','se','rv','im','sq',
               'ds','dn','dw','ls','lw','ln'}
local values = redis.call('HMGET', key, unpack(names))
local r = {}
for i, name in ipairs(names) do r[name] = values[i] or '' end
for _, name in ipairs({'g','c','tg','tc','rv','sq'}) do r[name] = tonumber(r[name]) or 0 end
if r.s == '' then r.s = '0' end
-- A record without a revision says nothing about the roster.
local known = r.rv > 0 and 1 or 0
local fresh = not values[1]
local generation = tonumber(ARGV[1])
local ttl = ARGV[2]

-- A version is (generation, counter). The counter is the time in microseconds, or one more than
-- before: so it goes on rising when the record had vanished.
local function raise()
  local t = redis.call('TIME')
  local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
  if generation > r.g then
    r.g = generation
    r.c = now
  else
    r.c = math.max(r.c + 1, now)
  end
end

local function less(g1, c1, g2, c2) return g1 < g2 or (g1 == g2 and c1 < c2) end

local function shown() return r.s ~= '0' and r.st ~= '' and r.st ~= '0' and r.st ~= '8' end

-- The greater revision wins; name, allow, serial, revision from ARGV[at] on. Says whether others
-- may see that: the serial and the revision are nobody's business.
local function take_profile(at)
  local revision = tonumber(ARGV[at + 3])
  if revision <= r.rv then return false end
  local visible = r.nm ~= ARGV[at] or r.al ~= ARGV[at + 1]
  r.nm, r.al, r.se, r.rv = ARGV[at], ARGV[at + 1], ARGV[at + 2], revision
  return visible
end

local function text(v) return type(v) == 'number' and string.format('%.0f', v) or v end

local function store()
  local set = {}
  for _, name in ipairs(names) do
    set[#set + 1] = name
    set[#set + 1] = text(r[name])
  end
  redis.call('HSET', key, unpack(set))
  if r.s == '0' then redis.call('PEXPIRE', key, ttl) else redis.call('PERSIST', key) end
end

local function answer(kind, displaced, was_shown, was_at)
  local out = {kind, known}
  for i = 1, 15 do out[#out + 1] = text(r[names[i]]) end
  out[#out + 1] = displaced and r.ds or ''
  out[#out + 1] = displaced and r.dn or ''
  out[#out + 1] = was_shown and '1' or ''
  out[#out + 1] = was_at or ''
  return out
end
local OK, REPEATED, FENCED, MISSING = 0, 1, 2, 3
)lua";

constexpr const char* kOpen = R"lua(
local session = ARGV[3]
local resume = ARGV[11] == '1'
local tg, tc = tonumber(ARGV[12]), tonumber(ARGV[13])
local again = r.s == session
if not again then
  if resume then
    if less(tg, tc, r.tg, r.tc) then return answer(FENCED) end
  else
    if r.s ~= '0' and r.ds == session then return answer(FENCED) end
    if r.ls == session then return answer(MISSING) end
  end
  if r.s ~= '0' then
    r.dw = (r.dw == '1' or shown()) and '1' or ''
    r.ds, r.dn = r.s, r.n
  else
    r.ds, r.dn, r.dw = '', '', ''
  end
end
if resume then
  if less(r.g, r.c, tg, tc) then r.g, r.c = tg, tc end
  raise()
  r.tg, r.tc = tg, tc
  local sequence = tonumber(ARGV[16])
  if not again or sequence >= r.sq then r.st, r.im, r.sq = ARGV[14], ARGV[15], sequence end
elseif not again then
  raise()
  r.tg, r.tc, r.st, r.im, r.sq = r.g, r.c, '', '', 0
end
r.s, r.n, r.d, r.h = session, ARGV[4], ARGV[5], ARGV[6]
take_profile(7)
store()
return answer(OK, r.ds ~= '', r.dw == '1')
)lua";

constexpr const char* kClose = R"lua(
local session = ARGV[3]
if r.s == session and session ~= '0' then
  local was = shown()
  r.ls, r.lw, r.ln = session, was and '1' or '', r.n
  r.s, r.st = '0', ''
  r.ds, r.dn, r.dw = '', '', ''
  raise()
  store()
  return answer(OK, false, was, r.ln)
end
if r.ls == session then return answer(REPEATED, false, r.lw == '1', r.ln) end
local was_at = r.ds == session and r.dn or ''
if r.s == '0' then
  if fresh then raise() end
  r.ls, r.lw, r.ln = session, '', was_at
  store()
end
return answer(MISSING, false, false, was_at)
)lua";

constexpr const char* kStatus = R"lua(
local session = ARGV[3]
if r.s ~= session or session == '0' then
  if r.s ~= '0' and less(tonumber(ARGV[4]), tonumber(ARGV[5]), r.tg, r.tc) then
    return answer(FENCED)
  end
  return answer(MISSING)
end
local sequence = tonumber(ARGV[8])
if sequence < r.sq then return answer(OK) end
local only_ims = r.st == ARGV[6] and r.im ~= ARGV[7]
r.st, r.im, r.sq, r.dw = ARGV[6], ARGV[7], sequence, ''
if not only_ims then raise() end
-- The most frequent of all: it writes what has changed, no more. An open record does not expire.
redis.call('HSET', key, 'g', text(r.g), 'c', text(r.c), 'st', r.st, 'im', r.im, 'sq', text(r.sq),
           'dw', r.dw)
return answer(OK)
)lua";

constexpr const char* kStamp = R"lua(
local visible = take_profile(3)
if fresh or visible or ARGV[7] == '1' then raise() end
store()
return answer(OK)
)lua";

constexpr const char* kBeginGeneration = R"lua(
local now = tonumber(redis.call('GET', KEYS[1])) or 0
if tonumber(ARGV[1]) > now then
  redis.call('SET', KEYS[1], ARGV[1])
  return ARGV[1]
end
return string.format('%.0f', now)
)lua";

}  // namespace

const stores::Script& open() {
  static const stores::Script script(std::string(kPrelude) + kOpen);
  return script;
}

const stores::Script& close() {
  static const stores::Script script(std::string(kPrelude) + kClose);
  return script;
}

const stores::Script& status() {
  static const stores::Script script(std::string(kPrelude) + kStatus);
  return script;
}

const stores::Script& stamp() {
  static const stores::Script script(std::string(kPrelude) + kStamp);
  return script;
}

const stores::Script& begin_generation() {
  static const stores::Script script(kBeginGeneration);
  return script;
}

}  // namespace monarch::presence::scripts
