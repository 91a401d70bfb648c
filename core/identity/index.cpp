#include "core/identity/index.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "core/identity/text.hpp"
#include "core/identity/typos.hpp"

namespace handoff::identity {

namespace {

constexpr std::string_view kDigits = "0123456789";
/// Stands for any letter that is not among these: an accented one, or another script's.
constexpr char kForeign = '\x01';
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789._-+\x01";
constexpr std::string_view kIds = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A polynomial over the text, so that the hash of a slip follows from the hashes of what is before and behind it.
constexpr std::uint64_t kBase = 0x9E3779B97F4A7C15u;
constexpr std::uint64_t added(std::uint64_t sum, char c) { return sum * kBase + static_cast<unsigned char>(c) + 1; }

std::uint64_t mixed(Field field, std::uint64_t sum) {
  sum += static_cast<std::uint64_t>(field) * 0xC2B2AE3D27D4EB4Fu;
  sum = (sum ^ sum >> 32) * 0xD6E8FEB86659FD93u;
  return sum ^ sum >> 29;
}

std::uint64_t hash_of(Field field, std::string_view value) {
  std::uint64_t sum = 0;
  for (char c : value) sum = added(sum, c);
  return mixed(field, sum);
}

/// Of the part before the @, apart from all identifiers.
std::uint64_t hash_of_name(std::string_view email) {
  return hash_of(static_cast<Field>(kFields.size()), email.substr(0, email.find('@')));
}

/// Of a number that was kept without its country code, apart from all identifiers.
std::uint64_t hash_of_unread(std::string_view phone) {
  return hash_of(static_cast<Field>(kFields.size() + 1), last_digits(phone));
}

/// How many bytes the letter at `at` has.
std::size_t letter_size(std::string_view text, std::size_t at) {
  std::string_view rest = text.substr(at);
  return take_code_point(rest) < 0 ? 1 : text.size() - at - rest.size();
}

/// An address whose name has foreign letters is known under each form that has kForeign in the place of one of them, too.
std::vector<std::string> foreign_forms(const std::string& email) {
  std::vector<std::string> out;
  std::size_t end = std::min(email.find('@'), email.size());
  for (std::size_t at = 0, size = 0; at < end; at += size) {
    size = letter_size(email, at);
    if (size > 1) out.push_back(std::string(email).replace(at, size, 1, kForeign));
  }
  return out;
}

std::uint64_t two_bits(std::uint64_t hash) {
  return std::uint64_t{1} << (hash >> 58) | std::uint64_t{1} << ((hash >> 52) & 63);
}

/// The sums of every beginning and every end of a text.
class Sums {
 public:
  explicit Sums(std::string_view text) : begin_(text.size() + 1), power_(text.size() + 2, 1) {
    for (std::size_t i = 0; i < text.size(); ++i) begin_[i + 1] = added(begin_[i], text[i]);
    for (std::size_t i = 1; i < power_.size(); ++i) power_[i] = power_[i - 1] * kBase;
  }
  std::uint64_t before(std::size_t at) const { return begin_[at]; }
  /// `sum`, and behind it the text from `at` on.
  std::uint64_t then_from(std::uint64_t sum, std::size_t at) const {
    std::size_t rest = begin_.size() - 1 - at;
    return sum * power_[rest] + begin_.back() - begin_[at] * power_[rest];
  }

 private:
  std::vector<std::uint64_t> begin_, power_;
};

/// Extensions share the number's entry; the judgement tells them apart.
std::string_view key_of(Field field, std::string_view value) {
  return field == Field::phone ? without_extension(value) : value;
}

std::vector<std::string>& list_of(Person& person, Field field) {
  return field == Field::email ? person.emails : field == Field::phone ? person.phones : person.loyalties;
}

}  // namespace

void Index::put(Person person) {
  auto [known, fresh] = by_id_.try_emplace(person.id, static_cast<std::uint32_t>(persons_.size()));
  if (fresh) {
    persons_.emplace_back();
    persons_.back().id = person.id;
  }
  std::uint32_t number = known->second;
  for (Field field : kFields) {
    std::vector<std::string>& has = list_of(persons_[number], field);
    for (std::string& value : list_of(person, field)) {
      if (value.empty() || std::ranges::find(has, value) != has.end()) continue;
      enter(field, value, number);
      has.push_back(std::move(value));
    }
  }
  std::vector<std::string>& unread = persons_[number].unread_phones;
  for (std::string& value : person.unread_phones) {
    if (std::ranges::find(unread, value) != unread.end()) continue;
    occupy(hash_of_unread(value), number);
    unread.push_back(std::move(value));
  }
}

void Index::replace(Person person) {
  if (auto known = by_id_.find(person.id); known != by_id_.end()) {
    for (Field field : kFields) {
      const std::vector<std::string>& now = list_of(person, field);
      std::erase_if(list_of(persons_[known->second], field),
                    [&](const std::string& value) { return std::ranges::find(now, value) == now.end(); });
    }
    persons_[known->second].unread_phones.clear();
  }
  put(std::move(person));
}

void Index::remove(const std::string& id) {
  auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  Person& gone = persons_[found->second];
  gone = Person();  // its slots stay, and lead to a text that is not there
  by_id_.erase(found);
}

void Index::merge(const std::string& from, const std::string& into) {
  auto found = by_id_.find(from);
  if (found == by_id_.end() || from == into) return;
  Person moved = persons_[found->second];
  remove(from);
  moved.id = into;
  put(std::move(moved));
}

void Index::enter(Field field, const std::string& value, std::uint32_t person) {
  occupy(hash_of(field, key_of(field, value)), person);
  if (field != Field::email) return;
  occupy(hash_of_name(value), person);
  for (const std::string& form : foreign_forms(value)) occupy(hash_of(field, form), person);
}

void Index::occupy(std::uint64_t hash, std::uint32_t person) {
  std::size_t of_hash = 0;
  for (std::size_t at = hash & (slots_.size() - 1); slots_[at].person != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash != hash) continue;
    if (slots_[at].person == person + 1) return;  // said before, and perhaps taken back meanwhile
    if (++of_hash == kSlotsMax) return;
  }
  if (used_ * 2 >= slots_.size()) grow();
  place({hash, person + 1});
  ++used_;
}

void Index::place(const Slot& slot) {
  std::size_t at = slot.hash & (slots_.size() - 1);
  while (slots_[at].person != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = slot;
  seen_[place_of(slot.hash)] |= two_bits(slot.hash);
}

std::size_t Index::place_of(std::uint64_t hash) const { return (hash >> 12) & (seen_.size() - 1); }

bool Index::perhaps(std::uint64_t hash) const { return (seen_[place_of(hash)] & two_bits(hash)) == two_bits(hash); }

void Index::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  std::swap(old, slots_);
  seen_.assign(slots_.size() * 8 / 64, 0);
  for (const Slot& slot : old)
    if (slot.person != 0) place(slot);
}

template <class IsMeant>
void Index::visit(std::uint64_t hash, IsMeant is_meant, Sharing& out) const {
  if (!perhaps(hash)) return;
  std::size_t of_hash = 0, meant = 0;
  for (std::size_t at = hash & (slots_.size() - 1); slots_[at].person != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash != hash) continue;
    if (++of_hash == kSlotsMax) out.crowded = true;  // others may have found no room
    const Person& person = persons_[slots_[at].person - 1];
    if (!is_meant(person)) continue;
    if (++meant > kCrowd || out.size() == kPersonsMax) {
      out.crowded = true;
      return;
    }
    if (std::ranges::find(out, &person) == out.end()) out.push_back(&person);
  }
}

void Index::collect(Field field, std::string_view value, Sharing& out) const {
  std::string_view key = key_of(field, value);
  if (!key.empty()) collect(field, hash_of(field, key), key, out);
}

void Index::collect(Field field, std::uint64_t hash, std::string_view key, Sharing& out) const {
  auto has = [&](const Person& person) {
    return std::ranges::any_of(person.of(field), [&](const std::string& own) { return key_of(field, own) == key; });
  };
  visit(hash, has, out);
}

void Index::collect_unread(const std::string& phone, Sharing& out) const {
  auto has = [&](const Person& person) {
    return std::ranges::find(person.unread_phones, last_digits(phone), last_digits) != person.unread_phones.end();
  };
  if (!phone.empty()) visit(hash_of_unread(phone), has, out);
}

void Index::collect_near(std::uint64_t hash, const std::string& email, Sharing& out) const {
  auto is_near = [&](const Person& person) {
    return std::ranges::any_of(person.emails, [&](const std::string& own) { return email_near(own, email); });
  };
  visit(hash, is_near, out);
}

/// Every text one slip away from value[begin, end), asked for by its hash; the text is made only where that may be
/// known. Some at a time: each look goes to another place in memory, and these can wait for each other's.
void Index::collect_slips(Field field, const std::string& value, std::size_t begin, std::size_t end,
                          std::string_view alphabet, Sharing& out) const {
  struct Slip {
    std::uint64_t hash;
    std::size_t at, of;
    std::array<char, 8> instead;
    std::size_t length;
  };
  constexpr std::size_t kAtOnce = 64;
  std::array<Slip, kAtOnce> asked;
  std::size_t count = 0;
  auto look = [&] {
    for (const Slip& slip : std::span(asked).first(std::exchange(count, 0))) {
      if (!perhaps(slip.hash)) continue;
      if (slip.length == 1 && slip.instead[0] == kForeign)
        collect_near(slip.hash, value, out);
      else
        collect(field, slip.hash, std::string(value).replace(slip.at, slip.of, slip.instead.data(), slip.length), out);
    }
  };
  auto ask = [&](std::uint64_t sum, std::size_t at, std::size_t of, std::string_view instead) {
    Slip& slip = asked[count++];
    slip = {mixed(field, sum), at, of, {}, instead.size()};
    std::ranges::copy(instead, slip.instead.begin());
    __builtin_prefetch(&seen_[place_of(slip.hash)]);
    if (count == kAtOnce) look();
  };
  Sums sums(value);
  for (std::size_t at = begin, size = 0; at <= end; at += size) {
    size = at == end ? 0 : letter_size(value, at);
    for (const char& c : alphabet) {
      std::uint64_t sum = added(sums.before(at), c);
      ask(sums.then_from(sum, at), at, 0, {&c, 1});
      if (at < end && c != value[at]) ask(sums.then_from(sum, at + size), at, size, {&c, 1});
    }
    if (at == end) break;
    ask(sums.then_from(sums.before(at), at + size), at, size, {});
    if (at + size >= end) continue;
    const std::string_view here = std::string_view(value).substr(at, size);
    const std::string_view next = std::string_view(value).substr(at + size, letter_size(value, at + size));
    if (here == next) continue;
    std::array<char, 8> both;
    const auto behind = std::ranges::copy(here, std::ranges::copy(next, both.begin()).out).out;
    const std::string_view exchanged(both.begin(), behind);
    std::uint64_t sum = sums.before(at);
    for (char c : exchanged) sum = added(sum, c);
    ask(sums.then_from(sum, at + exchanged.size()), at, exchanged.size(), exchanged);
  }
  look();
}

Sharing Index::sharing(const Identifiers& wanted) const {
  Sharing out;
  collect(Field::email, wanted.email, out);
  collect(Field::phone, wanted.phone, out);
  collect(Field::loyalty, wanted.loyalty, out);
  collect_unread(wanted.phone, out);
  for (const Identifiers& one : wanted.beside) {
    Sharing more = sharing(one);
    out.crowded = out.crowded || more.crowded;
    for (const Person* person : more)
      if (std::ranges::find(out, person) == out.end()) out.push_back(person);
  }
  return out;
}

Sharing Index::near(const Identifiers& wanted) const {
  Sharing out;
  const std::string& email = wanted.email.empty() ? wanted.email_doubtful : wanted.email;
  collect(Field::email, wanted.email_doubtful, out);
  if (!email.empty()) {
    collect_near(hash_of_name(email), email, out);
    collect_slips(Field::email, email, 0, email.find('@'), kLetters, out);
  }
  const std::string& loyalty = wanted.loyalty.empty() ? wanted.loyalty_doubtful : wanted.loyalty;
  std::string phone(without_extension(wanted.phone.empty() ? wanted.phone_doubtful : wanted.phone));
  collect(Field::phone, wanted.phone_doubtful, out);
  collect(Field::loyalty, wanted.loyalty_doubtful, out);
  if (!phone.empty()) collect_slips(Field::phone, phone, 1, phone.size(), kDigits, out);
  auto digits = std::ranges::count_if(loyalty, [](char c) { return kDigits.find(c) != std::string_view::npos; });
  bool number = static_cast<std::size_t>(digits) * 2 > loyalty.size();  // letters in front are the programme's
  if (!loyalty.empty()) collect_slips(Field::loyalty, loyalty, 0, loyalty.size(), number ? kDigits : kIds, out);
  return out;
}

Judgement Index::find(const Identifiers& wanted) const {
  Sharing persons = sharing(wanted);
  Judgement out = judge(wanted, persons);
  if (out.links) return out;
  for (const Person* one : near(wanted)) persons.push_back(one);
  return judge(wanted, persons);  // near things contradict: what parked stays parked
}

}  // namespace handoff::identity
