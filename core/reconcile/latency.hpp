#pragma once
// Times as counts in classes: exact up to 127 units, wider by less than 1/64 beyond. A percentile is the upper end of
// its class, so that it is never better than what was measured. Whole numbers; the order of adding does not matter.

#include <bit>
#include <cstdint>
#include <vector>

namespace handoff::reconcile {

class Latencies {
 public:
  /// Of one side's clock against another's: a negative one counts as early, and as 0.
  void add(std::int64_t value) {
    if (value < 0) ++early_;
    std::size_t at = value < 0 ? 0 : class_of(static_cast<std::uint64_t>(value));
    if (at >= counts_.size()) counts_.resize(at + 1);
    ++counts_[at];
    ++measured_;
  }
  Latencies& operator+=(const Latencies& other) {
    if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
    for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
    measured_ += other.measured_;
    early_ += other.early_;
    return *this;
  }
  std::int64_t measured() const { return measured_; }
  std::int64_t early() const { return early_; }
  /// The value that so many per mille do not exceed; 0 if nothing was measured.
  std::int64_t at(std::int64_t per_mille) const {
    std::int64_t wanted = (measured_ * per_mille + 999) / 1000, seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if ((seen += counts_[i]) >= wanted && seen > 0) return end_of(i);
    return 0;
  }

 private:
  static constexpr unsigned kBits = 6;  // 64 classes for each doubling
  static std::size_t class_of(std::uint64_t value) {
    auto width = static_cast<unsigned>(std::bit_width(value));
    if (width <= kBits + 1) return value;
    unsigned shift = width - kBits - 1;
    return (static_cast<std::size_t>(shift) << kBits) + (value >> shift);
  }
  static std::int64_t end_of(std::size_t at) {
    if (at < (2u << kBits)) return static_cast<std::int64_t>(at);
    std::size_t shift = (at >> kBits) - 1, head = at - (shift << kBits);
    return static_cast<std::int64_t>(((head + 1) << shift) - 1);
  }

  std::vector<std::int64_t> counts_;
  std::int64_t measured_ = 0, early_ = 0;
};

}  // namespace handoff::reconcile
