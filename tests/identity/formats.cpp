#include "tests/identity/formats.hpp"

#include <utility>

namespace handoff::identity_set {

namespace {

constexpr std::string_view kFirst[] = {"anna", "ben",   "carla", "david", "elena", "felix", "greta", "hugo",
                                       "ines", "jonas", "karin", "luca",  "maria", "nils",  "olga",  "paul",
                                       "rosa", "sven",  "tara",  "ugo",   "vera",  "wout",  "yuki",  "zoe"};
constexpr std::string_view kLast[] = {"almeida", "berg",   "costa",  "dubois", "evans", "fischer", "garcia", "hansen",
                                      "ito",     "jansen", "klein",  "lopez",  "moore", "nilsson", "ortiz",  "petit",
                                      "ricci",   "silva",  "tanaka", "visser", "weber", "young"};
constexpr std::string_view kDomains[] = {
    "gmail.com", "gmail.com", "gmail.com",  "gmail.com",      "outlook.com",
    "yahoo.com", "yahoo.com", "icloud.com", "gmx.de",         "orange.fr",
    "libero.it", "ziggo.nl",  "uol.com.br", "docomo.example", "xn--bcher-kva.example"};

char random_letter(Chance& chance) { return static_cast<char>('a' + chance.below(26)); }
char random_digit(Chance& chance) { return static_cast<char>('0' + chance.below(10)); }

std::string filled(std::string_view pattern, Chance& chance) {
  std::string out;
  for (char c : pattern)
    out += c == '#' ? random_digit(chance) : c == '!' ? static_cast<char>('2' + chance.below(8)) : c;
  return out;
}

template <class Letter>
std::string slip(std::string text, Letter letter) {
  Chance& chance = letter.chance;
  std::string before = text;
  while (text == before) {
    std::size_t at = chance.below(text.size());
    switch (chance.below(4)) {
      case 0:
        text.insert(at, 1, letter());
        break;
      case 1:
        if (text.size() > 1) text.erase(at, 1);
        break;
      case 2:
        text[at] = letter();
        break;
      default:
        if (at + 1 < text.size()) std::swap(text[at], text[at + 1]);
    }
  }
  return text;
}

struct Letters {
  Chance& chance;
  char operator()() const { return random_letter(chance); }
};
struct Digits {
  Chance& chance;
  char operator()() const { return random_digit(chance); }
};

std::string padded(std::size_t number, std::size_t width) {
  std::string out = std::to_string(number);
  return out.size() < width ? std::string(width - out.size(), '0') + out : out;
}

std::string with_luhn(const std::string& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int value = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 0) value *= 2;
    sum += value / 10 + value % 10;
  }
  return digits + std::to_string((10 - sum % 10) % 10);
}

std::string with_mod11(const std::string& letters, const std::string& digits) {
  int sum = 0, weight = 2;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, ++weight) sum += (*it - '0') * weight;
  int check = (11 - sum % 11) % 11;
  return letters + digits + (check == 10 ? "X" : std::to_string(check));
}

std::string with_mod97(const std::string& letters, const std::string& digits) {
  std::string all;
  for (char c : letters) all += std::to_string(c - 'A' + 10);
  int rest = 0;
  for (char c : all + digits + "00") rest = (rest * 10 + (c - '0')) % 97;
  return letters + digits + padded(static_cast<std::size_t>(98 - rest), 2);
}

}  // namespace

const std::vector<Country>& countries() {
  static const std::vector<Country> list = {
      {"US",
       "1",
       "202!######",
       {"(###) ###-####", "###-###-####", "###.###.####", "##########", "1-###-###-####"},
       {"+1 ### ### ####", "+1##########", "+1 (###) ###-####"}},
      {"CA",
       "1",
       "416!######",
       {"(###) ###-####", "###-###-####", "### ### ####", "1 ### ### ####"},
       {"+1 ### ### ####", "+1-###-###-####"}},
      {"GB",
       "44",
       "740#######",
       {"0#### ######", "0##########", "0#### ### ###"},
       {"+44 #### ######", "+44##########", "+44 (0)#### ######"}},
      {"DE",
       "49",
       "151########",
       {"0### ########", "0###/########", "0### ## ## ## ##", "0###########"},
       {"+49 ### ########", "+49 (0)### ########"}},
      {"FR",
       "33",
       "61#######",
       {"0# ## ## ## ##", "0#.##.##.##.##", "0#########"},
       {"+33 # ## ## ## ##", "+33#########", "+33 (0)# ## ## ## ##"}},
      {"IT", "39", "333#######", {"### #######", "###-#######", "##########"}, {"+39 ### #######", "+39##########"}},
      {"ES", "34", "612######", {"### ## ## ##", "### ### ###", "#########"}, {"+34 ### ### ###", "+34#########"}},
      {"NL", "31", "61#######", {"0#-########", "0# ########", "0#########"}, {"+31 # ########", "+31#########"}},
      {"SE", "46", "70#######", {"0##-### ## ##", "0## ### ## ##", "0#########"}, {"+46 ## ### ## ##", "+46#########"}},
      {"AU", "61", "412######", {"0### ### ###", "0#########"}, {"+61 ### ### ###", "+61#########"}},
      {"JP", "81", "90!#######", {"0##-####-####", "0## #### ####"}, {"+81 ##-####-####", "+81##########"}},
      {"BR",
       "55",
       "119!#######",
       {"(##) #####-####", "## #####-####", "0## #####-####"},
       {"+55 ## #####-####", "+55 (##) #####-####"}},
  };
  return list;
}

std::string new_number(const Country& country, Chance& chance) {
  std::string out = filled(country.numbers, chance);
  // Brazil's mobiles go on with 6 to 9 after the nine.
  if (country.region == "BR") out[3] = static_cast<char>('6' + chance.below(4));
  return out;
}

std::string written_phone(const Country& country, const std::string& number, bool at_home, Chance& chance) {
  std::string out;
  std::size_t next = 0;
  for (char c : at_home ? chance.of(country.at_home) : chance.of(country.abroad))
    if (c != '#')
      out += c;
    else if (next < number.size())
      out += number[next++];
  return out + number.substr(next);  // one digit too many
}

std::string new_address(std::size_t person, Chance& chance) {
  std::string domain(chance.of(kDomains)), name(chance.of(kFirst));
  std::string between = domain == "gmail.com" ? "" : chance.percent(50) ? "." : "_";
  return name + between + std::string(chance.of(kLast)) + std::to_string(chance.below(900) + 100) +
         static_cast<char>('a' + person % 26) + "@" + domain;
}

std::string written_address(const std::string& address, Chance& chance) {
  std::size_t at = address.find('@');
  std::string name = address.substr(0, at), domain = address.substr(at + 1);
  if (domain == "gmail.com" && chance.percent(30)) name.insert(1 + chance.below(name.size() - 1), ".");
  if ((domain == "gmail.com" || domain == "outlook.com") && chance.percent(10)) name += "+shop";
  if (domain == "xn--bcher-kva.example" && chance.percent(70)) domain = "bücher.example";
  if (chance.percent(20)) name[0] = static_cast<char>(name[0] - 32);
  if (chance.percent(10) && domain == "gmail.com") domain = "GMAIL.COM";
  return (chance.percent(5) ? " " : "") + name + "@" + domain;
}

std::string slip_in_domain(const std::string& address, Chance& chance) {
  std::size_t at = address.find('@') + 1, dot = address.find('.', at);
  return address.substr(0, at) + slip(address.substr(at, dot - at), Letters{chance}) + address.substr(dot);
}

std::string slip_in_name(const std::string& address, Chance& chance) {
  std::size_t at = address.find('@');
  return slip(address.substr(0, at), Letters{chance}) + address.substr(at);
}

std::string slip_in_digits(const std::string& digits, Chance& chance) { return slip(digits, Digits{chance}); }

std::string new_loyalty(std::size_t person, Chance& chance) {
  switch (chance.below(3)) {
    case 0:
      return with_luhn("60352" + padded(person * 7 + 1000, 10));
    case 1:
      return with_mod11("G", padded(person * 13 + 1000, 8));
    default:
      return with_mod97("HX", padded(person * 17 + 1000, 8));
  }
}

std::string written_loyalty(const std::string& id, Chance& chance) {
  std::string out;
  std::string between = chance.percent(30) ? " " : chance.percent(30) ? "-" : "";
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i != 0 && i % 4 == 0) out += between;
    out += id[i] >= 'A' && chance.percent(20) ? static_cast<char>(id[i] + 32) : id[i];
  }
  return out;
}

}  // namespace handoff::identity_set
