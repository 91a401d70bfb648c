#include "core/reconcile/chance.hpp"

#include <algorithm>
#include <numeric>

namespace handoff::reconcile {

namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr Wide kUnit = Wide{1} << 60;  // the weight of the most likely count

/// w(x+1) from w(x), and back: the quotient of two neighbouring hypergeometric terms. Factors below 2^31 keep it whole.
struct Terms {
  std::uint64_t all, bad, drawn;
  std::uint64_t least() const { return drawn + bad > all ? drawn + bad - all : 0; }
  std::uint64_t most() const { return std::min(drawn, bad); }
  Wide up(Wide weight, std::uint64_t x) const {
    return weight * (bad - x) / (x + 1) * (drawn - x) / (all - bad - drawn + x + 1);
  }
  Wide down(Wide weight, std::uint64_t x) const {
    return weight * x / (bad - x + 1) * (all - bad - drawn + x) / (drawn - x + 1);
  }
};

/// The share of the terms from `from` to `to` in all of them. Terms are weighed against the most likely one, which is
/// at hand without a factorial; those below 2^-60 of it are nothing.
std::uint64_t share(const Terms& terms, std::uint64_t from, std::uint64_t to) {
  std::uint64_t mode = static_cast<std::uint64_t>(Wide{terms.drawn + 1} * (terms.bad + 1) / (terms.all + 2));
  mode = std::clamp(mode, terms.least(), terms.most());
  Wide inside = 0, all = 0;
  auto add = [&](Wide weight, std::uint64_t x) {
    all += weight;
    if (x >= from && x <= to) inside += weight;
  };
  Wide weight = kUnit;
  for (std::uint64_t x = mode;; ++x) {
    add(weight, x);
    if (x == terms.most() || (weight = terms.up(weight, x)) == 0) break;
  }
  weight = kUnit;
  for (std::uint64_t x = mode; x > terms.least(); --x) {
    weight = terms.down(weight, x);
    if (weight == 0) break;
    add(weight, x - 1);
  }
  return static_cast<std::uint64_t>(inside * kCertain / all);
}

}  // namespace

std::uint64_t chance_of_at_least(std::uint64_t all, std::uint64_t bad, std::uint64_t drawn, std::uint64_t seen) {
  Terms terms{all, bad, drawn};
  if (seen <= terms.least()) return kCertain;
  if (seen > terms.most()) return 0;
  return share(terms, seen, terms.most());
}

std::uint64_t chance_of_at_most(std::uint64_t all, std::uint64_t bad, std::uint64_t drawn, std::uint64_t seen) {
  Terms terms{all, bad, drawn};
  if (seen >= terms.most()) return kCertain;
  if (seen < terms.least()) return 0;
  return share(terms, terms.least(), seen);
}

std::vector<std::uint64_t> holm(const std::vector<std::uint64_t>& chances) {
  std::vector<std::size_t> order(chances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(chances[i], i); });
  std::vector<std::uint64_t> out(chances.size());
  std::uint64_t before = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    auto corrected =
        static_cast<std::uint64_t>(std::min<Wide>(Wide{chances[order[rank]]} * (order.size() - rank), kCertain));
    out[order[rank]] = before = std::max(before, corrected);
  }
  return out;
}

}  // namespace handoff::reconcile
