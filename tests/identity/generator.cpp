// Who exists, what is on record of them, and what they say at registers. What an entry means is known here from how it
// was made, in the generator's own forms; nothing of core/identity has a say in it but whether a slipped phone is a
// number that is assigned at all.

#include <algorithm>
#include <map>
#include <set>

#include "core/identity/identifiers.hpp"
#include "tests/identity/cases.hpp"
#include "tests/identity/formats.hpp"

namespace handoff::identity_set {

namespace {

/// In one form each; `phone` with its country's code, an extension behind a ';'.
struct Said {
  std::string email, phone, loyalty;
};

struct Someone {
  std::string id;
  const Country* country = nullptr;
  std::string number, email, loyalty;  // theirs now
  bool on_record = true;
  Said record;
  std::vector<std::string> ids;  // of all their records
};

std::string full(const Country& country, const std::string& number) { return "+" + std::string(country.code) + number; }
std::string number_of(const std::string& phone) { return phone.substr(0, phone.find(';')); }

class World {
 public:
  World(std::uint64_t seed, std::size_t people) : chance_(seed) {
    for (std::size_t i = 0; i < people; ++i) add(i);
    for (std::size_t i = 0; i + 2 < people; i += 1 + chance_.below(60)) relate(people_[i], people_[i + 1]);
    for (Someone& one : people_)
      if (one.on_record) write_record(one, one.record, one.ids.emplace_back(one.id));
    for (Someone& one : people_)
      if (one.on_record && !one.record.email.empty() && chance_.percent(2))
        write_record(one, {one.record.email, "", ""}, one.ids.emplace_back("guest-" + one.id));
  }

  Entry entry(std::size_t number);
  std::vector<Record> records;

 private:
  void add(std::size_t i);
  void relate(Someone& one, Someone& other);
  void write_record(const Someone& one, const Said& said, const std::string& id);
  Said choose(const Someone& one);
  void put(Entry& entry, const Someone& one, const Said& said);
  void spoil(Entry& entry, const Someone& one, Said& said);
  bool leads_to(const Someone& one, const Entry& entry, const Said& said) const;
  std::string meant(const Said& said) const;

  Chance chance_;
  std::vector<Someone> people_;
  std::map<std::string, Said> by_id_;
  std::map<std::string, std::set<std::string>> holders_;  // of an identifier
  std::map<std::string, std::string> recycled_;           // a stranger's id -> the number's former owner
};

void World::add(std::size_t i) {
  Someone one;
  one.id = "P" + std::to_string(i);
  one.country = &chance_.of(countries());
  one.number = new_number(*one.country, chance_);
  one.email = new_address(i, chance_);
  one.loyalty = chance_.percent(60) ? new_loyalty(i, chance_) : "";
  one.on_record = !chance_.percent(8);
  Said& has = one.record;
  if (chance_.percent(90)) has.email = one.email;
  if (chance_.percent(90)) has.phone = full(*one.country, one.number);
  has.loyalty = one.loyalty;
  if (has.email.empty() && has.phone.empty()) has.email = one.email;
  people_.push_back(std::move(one));
}

/// A family's phone, a couple's address, a number that has a new owner. What is shared is on the record of both: who is
/// on no record, and says only what is on another's, cannot be told from them by anyone.
void World::relate(Someone& one, Someone& other) {
  one.on_record = true;
  switch (chance_.below(4)) {
    case 0:
    case 1:
      other.on_record = true;
      other.country = one.country;
      other.number = one.number;
      one.record.phone = other.record.phone = full(*one.country, one.number);
      break;
    case 2:
      other.on_record = true;
      other.email = one.email;
      one.record.email = other.record.email = one.email;
      break;
    default:  // `other` has the number now; `one` has another, and the record does not know
      one.record.phone = full(*one.country, one.number);
      other.country = one.country;
      other.number = one.number;
      if (other.on_record) other.record.phone = one.record.phone;
      one.number = new_number(*one.country, chance_);
      if (!other.on_record) recycled_[other.id] = one.id;
  }
}

void World::write_record(const Someone& one, const Said& said, const std::string& id) {
  Record out{id, std::string(one.country->region), "", "", ""};
  std::string number = number_of(said.phone);
  if (!said.email.empty()) out.email = chance_.percent(70) ? said.email : written_address(said.email, chance_);
  if (!number.empty())
    out.phone = chance_.percent(70) ? number
                                    : written_phone(*one.country, number.substr(1 + one.country->code.size()),
                                                    chance_.percent(50), chance_);
  if (!said.loyalty.empty()) out.loyalty = chance_.percent(70) ? said.loyalty : written_loyalty(said.loyalty, chance_);
  records.push_back(std::move(out));
  by_id_[id] = said;
  for (const std::string& key : {"e" + said.email, "p" + number, "l" + said.loyalty})
    if (key.size() > 1) holders_[key].insert(id);
}

/// What the customer gives: mostly one identifier.
Said World::choose(const Someone& one) {
  Said all{one.email, full(*one.country, one.number), one.loyalty}, out;
  std::size_t what = chance_.below(100);
  if (what < 35 || (what >= 70 && what < 90)) out.email = all.email;
  if ((what >= 35 && what < 60) || (what >= 70 && what < 88) || what >= 95) out.phone = all.phone;
  if ((what >= 60 && what < 70) || what >= 85) out.loyalty = all.loyalty;
  if (recycled_.contains(one.id)) out.email = all.email;  // or the former owner would be meant
  if (out.email.empty() && out.phone.empty() && out.loyalty.empty()) out.email = all.email;
  return out;
}

void World::put(Entry& entry, const Someone& one, const Said& said) {
  bool abroad = chance_.percent(8);
  entry.region = abroad ? chance_.of(countries()).region : one.country->region;
  std::string number = number_of(said.phone);
  bool home = entry.region == one.country->region && chance_.percent(75);
  if (!said.email.empty()) entry.email = written_address(said.email, chance_);
  if (!number.empty())
    entry.phone = written_phone(*one.country, number.substr(1 + one.country->code.size()), home, chance_) +
                  (number == said.phone ? "" : " ext. " + said.phone.substr(number.size() + 1));
  if (!said.loyalty.empty()) entry.loyalty = written_loyalty(said.loyalty, chance_);
}

/// What goes wrong at the register. `said` becomes what the entry says then; empty where it says nothing usable.
void World::spoil(Entry& entry, const Someone& one, Said& said) {
  std::size_t what = chance_.below(100);
  if (what < 72) {
    entry.kind = "clean";
    return put(entry, one, said);
  }
  if (what < 77) {
    entry.kind = "domain typo";
    said.email = slip_in_domain(one.email, chance_);
    return put(entry, one, said);
  }
  if (what < 80) {
    entry.kind = "name typo";
    said.email = slip_in_name(one.email, chance_);
    return put(entry, one, said);
  }
  if (what < 84) {
    entry.kind = "phone typo";
    said.phone = full(*one.country, slip_in_digits(one.number, chance_));
    put(entry, one, said);
    if (identity::normalise_phone(entry.phone, entry.region).empty()) said.phone.clear();
    return;
  }
  if (what < 86 && !one.loyalty.empty()) {
    entry.kind = "loyalty typo";
    said.loyalty = one.loyalty;
    char& digit = said.loyalty[3 + chance_.below(said.loyalty.size() - 4)];
    digit = static_cast<char>('0' + (digit - '0' + 1 + static_cast<int>(chance_.below(9))) % 10);
    put(entry, one, said);
    said.loyalty.clear();  // each check digit finds one wrong digit
    return;
  }
  if (what < 90) {
    entry.kind = "swapped fields";
    put(entry, one, said);
    if (entry.loyalty.empty() || !entry.phone.empty())
      std::swap(entry.email, entry.phone);
    else
      std::swap(entry.email, entry.loyalty);
    return;
  }
  if (what < 92) {
    entry.kind = "new phone";
    said.phone = full(*one.country, new_number(*one.country, chance_));
    return put(entry, one, said);
  }
  if (what < 93) {
    entry.kind = "extension";
    said.phone = full(*one.country, one.number) + ";12";
    return put(entry, one, said);
  }
  if (what < 94) {
    // Both must hold what they say, or a wrong identifier alone would be all there is.
    entry.kind = "somebody else's";
    const Someone& other = chance_.of(people_);
    auto holds_both = [](const Someone& who) {
      return who.on_record && who.record.phone == full(*who.country, who.number) && who.record.email == who.email;
    };
    if (!holds_both(one) || !holds_both(other)) return put(entry, one, said);
    bool address = chance_.percent(50);
    said = {address ? other.email : one.email, address ? one.record.phone : other.record.phone, ""};
    return put(entry, address ? one : other, said);
  }
  if (what < 97) {
    entry.kind = "nothing given";
    said = {};
    return put(entry, one, said);
  }
  entry.kind = "garbage";
  constexpr std::string_view kGarbage[] = {"n/a", "none", "xxx", "0000000000", "no phone", "\xF0\x9F\x99\x82",
                                           "-",   "@"};
  put(entry, one, said);
  std::string& field = said.phone.empty() ? entry.phone : entry.email;
  if (field.empty()) field = chance_.of(kGarbage);
}

/// Whether anything of it is theirs, or nearly: else nobody could name them.
bool World::leads_to(const Someone& one, const Entry& entry, const Said& said) const {
  if (one.ids.empty()) return false;
  const Said& has = one.record;
  bool typo = (entry.kind == "domain typo" || entry.kind == "name typo") ? has.email == one.email
              : entry.kind == "phone typo"                               ? has.phone == full(*one.country, one.number)
              : entry.kind == "loyalty typo"                             ? !has.loyalty.empty()
                                                                         : false;
  return typo || (!said.email.empty() && said.email == has.email) ||
         (!said.phone.empty() && number_of(said.phone) == has.phone) ||
         (!said.loyalty.empty() && said.loyalty == has.loyalty);
}

/// The stated rules over the generator's own forms: the one record that shares an identifier, lacks none of the others
/// where it holds one of that kind, and shares more than whoever shares any. Empty if there is none.
std::string World::meant(const Said& said) const {
  std::map<std::string, std::set<char>> shared;
  for (const std::string& key : {"e" + said.email, "p" + said.phone, "l" + said.loyalty})
    if (auto found = holders_.find(key); key.size() > 1 && found != holders_.end())
      for (const std::string& id : found->second) shared[id].insert(key[0]);
  std::vector<std::string> able;
  for (const auto& [id, kinds] : shared) {
    const Said& has = by_id_.at(id);
    bool differs = false, absent = false;
    for (auto [given, held] :
         {std::pair(said.email, has.email), {said.phone, has.phone}, {said.loyalty, has.loyalty}}) {
      differs = differs || (!given.empty() && !held.empty() && given != held && number_of(given) != held);
      absent = absent || (!given.empty() && held.empty());
    }
    if (!differs && !(absent && kinds == std::set<char>{'p'})) able.push_back(id);
  }
  if (able.size() != 1) return {};
  const std::set<char>& best = shared[able[0]];
  for (const auto& [id, kinds] : shared)
    if (id != able[0] && (kinds == best || !std::ranges::includes(best, kinds))) return {};
  return able[0];
}

Entry World::entry(std::size_t number) {
  Entry out;
  out.id = "E" + std::to_string(number);
  const Someone& one = chance_.of(people_);
  Said said = choose(one);
  spoil(out, one, said);
  if (leads_to(one, out, said)) out.persons = one.ids;
  std::string person = meant(said);
  out.linkable = std::ranges::find(out.persons, person) != out.persons.end() ? "yes" : "no";
  return out;
}

}  // namespace

Set generate(std::uint64_t seed, std::size_t people, std::size_t entries) {
  World world(seed, people);
  Set out;
  for (std::size_t i = 0; i < entries; ++i) out.entries.push_back(world.entry(i));
  out.records = std::move(world.records);
  return out;
}

}  // namespace handoff::identity_set
