#pragma once
// One row of an export as the comparison needs it, and its packed form in memory and on disk.

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "core/report/audit.hpp"

namespace handoff::reconcile {

using report::Side;

enum class What : std::uint8_t {
  issue,
  redeem,
  refund,
  adjust,
  cancel,      // a void
  share,       // one of several references of a row; `amount` is the whole row's, `origin` counts the references
  unreadable,  // its reference is known, something else is not
  answer,      // no row of an export: by the logs, its system took it then
};

/// Where a row stands: the file's number, its offset there, and how many lines its block has before it (kLinesMax: as
/// many or more). Orders by file and offset.
inline constexpr std::uint64_t kLinesMax = 0xffff;
inline constexpr std::size_t kFilesMax = 1 << 10;
inline constexpr std::uint64_t kOffsetMax = (std::uint64_t{1} << 38) - 1;  // 256 GiB
constexpr std::uint64_t place_of(std::size_t file, std::uint64_t offset, std::uint64_t lines = 0) {
  return static_cast<std::uint64_t>(file) << 54 | offset << 16 | (lines < kLinesMax ? lines : kLinesMax);
}
constexpr std::size_t file_of(std::uint64_t place) { return static_cast<std::size_t>(place >> 54); }
constexpr std::uint64_t offset_of(std::uint64_t place) { return place >> 16 & kOffsetMax; }
constexpr std::uint64_t lines_of(std::uint64_t place) { return place & kLinesMax; }

struct Record {
  enum Flag : std::uint8_t {
    has_balance = 1,
    closed = 2,          // its status says void, cancelled
    tells_customer = 4,  // the export has a column for the customer
    has_customer = 8,    // and it is filled in
    comparable = 16,     // `customer` can be held against the registers'
    has_time = 32,
    inactive = 64,  // its status says that it cannot be used: void, or spent
    perhaps = 128,  // unreadable, and its fields are displaced: the reference may be none
  };
  std::string_view key;  // the reference in its normal form; empty: none
  std::uint64_t place = 0;
  std::uint64_t customer = 0;  // digest of the identifier in its normal form
  std::int64_t amount = 0, balance = 0;
  std::uint32_t time_s = 0;
  std::uint32_t origin = 0;  // registers: of the dictionary of terminals; others: digest of the instrument, 0 none
  std::uint32_t staff = 0;   // registers: of the dictionary of staff
  std::uint16_t day = 0;     // registers: the business day the number belongs to, days since 1970; 0: not said
  std::uint16_t way = 0;     // registers: of the dictionary of routes and versions
  std::uint8_t not_at = 0;   // registers: bits of the sides that do not get it
  Side side = Side::pos;
  What what = What::issue;
  std::uint8_t flags = 0;
  std::uint8_t currency = 0, balance_type = 0;  // of the dictionaries; 0: not said
  std::int8_t quarters = 0;                     // the writer's clock ahead of UTC, in quarters of an hour

  bool is(Flag flag) const { return (flags & flag) != 0; }
};

/// How far two amounts or times are from each other.
constexpr std::int64_t apart(std::int64_t a, std::int64_t b) { return a > b ? a - b : b - a; }

inline constexpr std::size_t kKeyMax = 255;

/// Up to seven bytes as a number, the first one lowest, without a loop or a call.
inline std::uint64_t few_bytes(const char* from, std::size_t size) {
  auto byte = [from](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(from[i])} << (8 * i); };
  if (size == 0) return 0;
  if (size < 4) return byte(0) | byte(size / 2) | byte(size - 1);
  std::uint32_t low = 0, high = 0;
  std::memcpy(&low, from, 4);
  std::memcpy(&high, from + size - 4, 4);
  return low | std::uint64_t{high} << (8 * (size - 4));  // where they overlap they say the same
}

/// 64 bits of a text, the same on every machine. Not for anything an attacker may choose freely and we would trust:
/// keys are compared in full wherever two digests agree.
inline std::uint64_t digest(std::string_view text, std::uint64_t seed = 0) {
  constexpr std::uint64_t kA = 0x9e3779b97f4a7c15, kB = 0xff51afd7ed558ccd;
  std::uint64_t h = (seed ^ text.size()) * kA + kB;
  auto mix = [&h](std::uint64_t word) {
    h = (h ^ word) * kB;
    h ^= h >> 32;
  };
  while (text.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    mix(word * kA);
    text.remove_prefix(8);
  }
  mix(few_bytes(text.data(), text.size()) * kA);
  h *= kA;
  return h ^ (h >> 29);
}

/// Packed: what follows one another, the balance and the key only as long as they are.
inline std::size_t pack(const Record& in, char* out) {
  char* to = out;
  auto put = [&to](const auto& value) {
    std::memcpy(to, &value, sizeof value);
    to += sizeof value;
  };
  put(in.place);
  put(in.amount);
  put(in.customer);
  put(in.time_s);
  put(in.origin);
  put(static_cast<std::uint8_t>(static_cast<unsigned>(in.side) | static_cast<unsigned>(in.what) << 4));
  put(in.flags);
  put(in.currency);
  put(in.balance_type);
  put(in.quarters);
  put(static_cast<std::uint8_t>(in.key.size()));
  if (in.side == Side::pos) {
    put(in.staff);
    put(in.day);
    put(in.way);
    put(in.not_at);
  }
  if (in.is(Record::has_balance)) put(in.balance);
  in.key.copy(to, in.key.size());  // unlike memcpy it takes an empty key that is nowhere
  return static_cast<std::size_t>(to - out) + in.key.size();
}
inline constexpr std::size_t kPackedMax = 55 + kKeyMax;

/// The key alone, and where the next record begins: what grouping needs of most of them.
inline std::string_view packed_key(const char* record, const char** next = nullptr) {
  constexpr std::size_t kFixed = 38, kBoth = 32, kFlags = 33, kSize = 37;
  bool of_pos = (record[kBoth] & 15) == 0, balance = (record[kFlags] & Record::has_balance) != 0;
  std::string_view key(record + kFixed + (of_pos ? 9 : 0) + (balance ? 8 : 0),
                       static_cast<unsigned char>(record[kSize]));
  if (next != nullptr) *next = key.data() + key.size();
  return key;
}

/// Reads one into a new record and goes to the next. The key points into the packed bytes.
inline void unpack(const char*& from, Record& out) {
  auto get = [&from](auto& value) {
    std::memcpy(&value, from, sizeof value);
    from += sizeof value;
  };
  std::uint8_t both = 0, size = 0;
  get(out.place);
  get(out.amount);
  get(out.customer);
  get(out.time_s);
  get(out.origin);
  get(both);
  get(out.flags);
  get(out.currency);
  get(out.balance_type);
  get(out.quarters);
  get(size);
  out.side = static_cast<Side>(both & 15);
  out.what = static_cast<What>(both >> 4);
  if (out.side == Side::pos) {
    get(out.staff);
    get(out.day);
    get(out.way);
    get(out.not_at);
  }
  if (out.is(Record::has_balance)) get(out.balance);
  out.key = {from, size};
  from += size;
}
inline Record unpack(const char*& from) {
  Record out;
  unpack(from, out);
  return out;
}

}  // namespace handoff::reconcile
