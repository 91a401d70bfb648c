#pragma once
// How people of twelve countries write their phones, addresses and ids. Chance comes from the seed alone.

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::identity_set {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(engine_() % n); }
  bool percent(std::size_t p) { return below(100) < p; }
  template <class List>
  const auto& of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::mt19937_64 engine_;
};

struct Country {
  std::string_view region, code;
  std::string_view numbers;               // of mobiles: '#' any digit, '!' 2 to 9
  std::vector<std::string_view> at_home;  // '#' is the next digit of the national number
  std::vector<std::string_view> abroad;   // with the country code
};
const std::vector<Country>& countries();

/// The national significant number.
std::string new_number(const Country& country, Chance& chance);
/// As somebody types it at home; abroad with its country code.
std::string written_phone(const Country& country, const std::string& number, bool at_home, Chance& chance);

/// The one form of an address, and one of those in which its owner types it.
std::string new_address(std::size_t person, Chance& chance);
std::string written_address(const std::string& address, Chance& chance);
/// A letter too many, too few, another, or two exchanged, in the domain's name or in the part before the @.
std::string slip_in_domain(const std::string& address, Chance& chance);
std::string slip_in_name(const std::string& address, Chance& chance);
std::string slip_in_digits(const std::string& digits, Chance& chance);

/// Ids of the programmes in `kProgrammes`, their check digits computed here and not by what is tested.
std::string new_loyalty(std::size_t person, Chance& chance);
std::string written_loyalty(const std::string& id, Chance& chance);

}  // namespace handoff::identity_set
