#include "core/reconcile/shares.hpp"

#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace handoff::reconcile {

namespace {

/// Rows of one side and the credits that they name, all that one leads to from the other.
using Bundle = std::vector<const Share*>;

class Bundles {
 public:
  explicit Bundles(const std::vector<Share>& shares) : shares_(shares), first_(shares.size()) {
    std::iota(first_.begin(), first_.end(), std::size_t{0});
    std::map<std::tuple<Side, std::string_view, std::uint32_t>, std::size_t> credits;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (i > 0 && shares[i - 1].place == shares[i].place) join(i - 1, i);
      join(credits.try_emplace({shares[i].side, shares[i].item.key, shares[i].item.issued_s}, i).first->second, i);
    }
  }

  std::vector<Bundle> all() {
    std::map<std::size_t, Bundle> by_first;
    for (std::size_t i = 0; i < shares_.size(); ++i) by_first[first_of(i)].push_back(&shares_[i]);
    std::vector<Bundle> out;
    for (auto& [first, bundle] : by_first) out.push_back(std::move(bundle));
    return out;
  }

 private:
  std::size_t first_of(std::size_t i) {
    while (first_[i] != i) i = first_[i] = first_[first_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    a = first_of(a);
    b = first_of(b);
    first_[std::max(a, b)] = std::min(a, b);
  }

  const std::vector<Share>& shares_;
  std::vector<std::size_t> first_;
};

/// What a bundle comes to.
struct BundleSums {
  report::Sum expected = 0, shown = 0, voided = 0;
  bool judged = true, issued = false, young = false;
  std::vector<std::int64_t> rows;

  explicit BundleSums(const Bundle& bundle) {
    std::map<std::uint64_t, std::uint32_t> named;  // by row
    std::set<std::pair<std::string_view, std::uint32_t>> credits;
    for (const Share* one : bundle) {
      judged = judged && one->judged;
      if (++named[one->place] == 1) {
        shown += one->amount;
        rows.push_back(one->amount);
      }
      if (!credits.emplace(one->item.key, one->item.issued_s).second) continue;
      expected += one->item.expected;
      shown += one->own;
      voided += one->item.traces[report::at(Side::pos)].cancelled;
      issued = issued || one->issued;
      young = young || one->young;
    }
    for (const Share* one : bundle) judged = judged && named[one->place] == one->count;
  }
};

class Settlement {
 public:
  Settlement(const Frame& frame, Joined& joined) : frame_(frame), joined_(joined) {}

  void one(const Bundle& bundle) {
    BundleSums sums(bundle);
    if (!sums.judged || sums.shown == sums.expected) return;
    if (!sums.issued) return unknown(*bundle.front(), sums);
    report::Sum off = sums.shown - sums.expected;
    auto own = std::ranges::find_if(bundle, [&](const Share* share) { return share->own != 0 && share->own == off; });
    auto cancelled = std::ranges::find_if(
        bundle, [](const Share* share) { return share->item.traces[report::at(Side::pos)].cancelled != 0; });
    if (own != bundle.end()) return differ(**own, Kind::duplicate, sums);
    if (sums.rows.size() > 1 && off > 0 && std::ranges::find(sums.rows, off) != sums.rows.end())
      return differ(*bundle.front(), Kind::duplicate, sums);
    if (cancelled != bundle.end() && off == sums.voided) return differ(**cancelled, Kind::not_voided, sums);
    differ(*bundle.front(), Kind::amount, sums);
  }

 private:
  Cell& cell(const Item& item) {
    return joined_.counts.cells[static_cast<std::uint16_t>(item.currency << 8 | item.balance_type)];
  }

  /// What differs otherwise has its own item already.
  static Item bare(const Share& share, Kind kind, const BundleSums& sums) {
    Item out = share.item;
    out.kinds = 0;
    out.missing = out.young = 0;
    out.wrong = bit(share.side);
    out.set(kind);
    out.expected = static_cast<std::int64_t>(sums.expected);
    Trace& there = out.traces[report::at(share.side)];
    there.face = static_cast<std::int64_t>(sums.shown);
    there.cancelled = 0;
    return out;
  }

  void keep(Item&& item, Side side, bool young) {
    item.gap = !young;
    if (young) item.young = bit(side);
    joined_.open.push_back(std::move(item));
  }

  void differ(const Share& share, Kind kind, const BundleSums& sums) {
    std::size_t side = report::at(share.side);
    auto off = static_cast<std::int64_t>(sums.shown - sums.expected), size = off < 0 ? -off : off;
    Cell& sum = cell(share.item);
    sum.have[side].minor += off;
    (sums.young ? sum.in_flight : sum.gap)[side].add(size);
    if (!sums.young && !share.item.gap) sum.with_gap.add(size);
    keep(bare(share, kind, sums), share.side, sums.young);
  }

  /// No register issued any of them.
  void unknown(const Share& share, const BundleSums& sums) {
    if (sums.shown <= 0) return;
    std::size_t side = report::at(share.side);
    Item item = bare(share, Kind::downstream_only, sums);
    const Trace& there = item.traces[side];
    item.currency = there.currency;
    item.balance_type = there.balance_type;
    item.issued_s = there.first_s;
    bool young = there.first_s != 0 && there.first_s + frame_.sla_s[report::at(Side::pos)] >= frame_.as_of_s;
    (young ? cell(item).in_flight : cell(item).extra)[side].add(there.face);
    if (!young) cell(item).with_gap.add(there.face);
    keep(std::move(item), share.side, young);
  }

  const Frame& frame_;
  Joined& joined_;
};

}  // namespace

void settle_shares(const Frame& frame, Joined& joined) {
  Settlement settlement(frame, joined);
  for (const Bundle& bundle : Bundles(joined.shares).all()) settlement.one(bundle);
}

}  // namespace handoff::reconcile
