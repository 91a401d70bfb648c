#include "core/identity/typos.hpp"

#include <algorithm>

#include "core/identity/identifiers.hpp"

namespace handoff::identity {

bool one_slip_apart(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t at = 0;
  while (at < a.size() && a[at] == b[at]) ++at;
  if (a.size() < b.size()) return a.substr(at) == b.substr(at + 1);
  if (at == a.size()) return false;
  if (a.substr(at + 1) == b.substr(at + 1)) return true;
  return at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] && a.substr(at + 2) == b.substr(at + 2);
}

bool email_near(std::string_view a, std::string_view b) {
  std::size_t in_a = a.find('@'), in_b = b.find('@');
  if (in_a == std::string_view::npos || in_b == std::string_view::npos) return false;
  bool name = a.substr(0, in_a) == b.substr(0, in_b), domain = a.substr(in_a) == b.substr(in_b);
  if (name == domain) return false;
  return name ? one_slip_apart(a.substr(in_a), b.substr(in_b)) : one_slip_apart(a.substr(0, in_a), b.substr(0, in_b));
}

bool phone_near(std::string_view a, std::string_view b) {
  return one_slip_apart(without_extension(a), without_extension(b));
}

}  // namespace handoff::identity
