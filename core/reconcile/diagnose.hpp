#pragma once
// Repair or rebuild: each handoff judged by what it loses and by what could be done about it, from stated facts with
// stated weights. Pure.

#include <optional>
#include <string>
#include <vector>

#include "core/config/settings.hpp"
#include "core/reconcile/facts.hpp"

namespace handoff::reconcile {

enum class Verdict { keep, repair, rebuild };
inline constexpr std::array<std::string_view, 3> kVerdictNames = {"keep", "repair", "rebuild"};

/// From so many points on. A hop that loses, and at which a lost answer can be settled by nothing, is rebuilt whatever
/// its points are.
inline constexpr int kRepairFrom = 15, kRebuildFrom = 60;

struct Reason {
  int points = 0;
  std::string what;
  bool vendor = false;  // for its vendor to change
};

struct HopVerdict {
  std::string name;  // "the platform -> the books", "books"
  Verdict verdict = Verdict::keep;
  int points = 0;
  std::vector<Reason> reasons;  // the heaviest first
  std::int64_t lost = 0, due = 0;
  bool authority = false;  // the system that holds the value
};

struct NextStep {
  std::string what;
  std::int64_t closes = 0;  // items with a gap of the audit; 0: it closes none by itself
};

struct Diagnosis {
  Verdict verdict = Verdict::keep;
  std::string why;
  std::vector<HopVerdict> hops;
  std::vector<Reason> overall;    // what no single hop answers for
  std::vector<std::string> cost;  // "46846.60 USD in 125 credits, of 1756203.41 USD issued"
  std::vector<NextStep> steps;    // the ones that close most first
  std::int64_t with_gap = 0;
  bool from_audit = false, from_sheets = false;
};

/// At least one of the two.
Diagnosis diagnose(const Facts* audit, const config::Settings* settings);

json::Value diagnosis_json(const Diagnosis& diagnosis);

}  // namespace handoff::reconcile
