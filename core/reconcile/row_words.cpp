#include "core/reconcile/row_words.hpp"

#include <algorithm>

#include "core/config/export_map.hpp"

namespace handoff::reconcile {

namespace {

struct Word {
  std::string_view text;
  What what;
};
constexpr Word kWords[] = {
    {"ISSUE", What::issue},         {"ISSUED", What::issue},      {"ISSUANCE", What::issue},
    {"ACTIVATE", What::issue},      {"ACTIVATION", What::issue},  {"ACTIVATED", What::issue},
    {"LOAD", What::issue},          {"CREDIT", What::issue},      {"CREATE", What::issue},
    {"CREATED", What::issue},       {"REDEEM", What::redeem},     {"REDEEMED", What::redeem},
    {"REDEMPTION", What::redeem},   {"DEBIT", What::redeem},      {"SPEND", What::redeem},
    {"REFUND", What::refund},       {"ADJUST", What::adjust},     {"ADJUSTMENT", What::adjust},
    {"CORRECTION", What::adjust},   {"VOID", What::cancel},       {"VOIDED", What::cancel},
    {"CANCEL", What::cancel},       {"CANCELLED", What::cancel},  {"CANCELED", What::cancel},
    {"CANCELLATION", What::cancel}, {"DEACTIVATE", What::cancel},
};

/// In this order: "credit voided" is a void, "debit revert" a refund, "store credit redeemed" a redemption.
constexpr Word kParts[] = {
    {"VOID", What::cancel},     {"CANCEL", What::cancel},   {"DEACTIV", What::cancel},   {"REMOV", What::cancel},
    {"DELET", What::cancel},    {"STORN", What::cancel},    {"ANNUL", What::cancel},     {"ENTWERT", What::cancel},
    {"REVERT", What::refund},   {"REFUND", What::refund},   {"RETURN", What::refund},    {"ERSTATT", What::refund},
    {"RÜCKBUCH", What::refund}, {"RüCKBUCH", What::refund}, {"RUECKBUCH", What::refund}, {"RÜCKGAB", What::refund},
    {"RüCKGAB", What::refund},  {"RUECKGAB", What::refund}, {"ADJUST", What::adjust},    {"CORRECT", What::adjust},
    {"KORREKT", What::adjust},  {"ANPASS", What::adjust},   {"REDEEM", What::redeem},    {"REDEMPT", What::redeem},
    {"DEBIT", What::redeem},    {"SPEND", What::redeem},    {"SPENT", What::redeem},     {"USE", What::redeem},
    {"BURN", What::redeem},     {"EINLÖS", What::redeem},   {"EINLöS", What::redeem},    {"EINLOES", What::redeem},
    {"BELAST", What::redeem},   {"ABBUCH", What::redeem},   {"VERBRAUCH", What::redeem}, {"ISSU", What::issue},
    {"ACTIVAT", What::issue},   {"LOAD", What::issue},      {"GRANT", What::issue},      {"CREAT", What::issue},
    {"CREDIT", What::issue},    {"ADD", What::issue},       {"TOP", What::issue},        {"EARN", What::issue},
    {"AUSGAB", What::issue},    {"AUSSTELL", What::issue},  {"GUTSCHRIFT", What::issue}, {"AKTIVIER", What::issue},
    {"AUFBUCH", What::issue},   {"AUFLAD", What::issue},    {"ZUGANG", What::issue},     {"ABGANG", What::redeem},
};

/// Whole words of what is no credit, or takes none away that anybody spent.
constexpr std::string_view kNoCredits[] = {"TRAINING", "SCHULUNG", "TEST",       "PING",    "EXPIRY",
                                           "EXPIRE",   "EXPIRED",  "EXPIRATION", "VERFALL", "VERFALLEN"};

constexpr std::string_view kClosed[] = {"VOID",        "VOIDED",  "CANCELLED", "CANCELED", "INACTIVE",  "DISABLED",
                                        "DEACTIVATED", "DELETED", "FALSE",     "REVERSED", "STORNIERT", "GESPERRT"};

/// A register that refunds hands the credit out.
What at_register(Side side, What what) { return side == Side::pos && what == What::refund ? What::issue : what; }

}  // namespace

std::optional<What> kind_of_row(Side side, std::string_view word) {
  if (side == Side::pos && word == "RETURN") return What::issue;
  auto found = std::ranges::find(kWords, word, &Word::text);
  if (found == std::end(kWords)) return std::nullopt;
  return at_register(side, found->what);
}

std::optional<What> likely_kind_of_row(Side side, std::string_view word) {
  if (auto known = kind_of_row(side, word)) return known;
  if (std::ranges::find(kNoCredits, word) != std::end(kNoCredits)) return What::share;
  for (const Word& part : kParts)
    if (word.find(part.text) != std::string_view::npos) return at_register(side, part.what);
  return std::nullopt;
}

std::optional<What> plain_kind_of_row(Side side, std::string_view word) {
  constexpr std::size_t kLong = 5;
  if (auto known = kind_of_row(side, word)) return known;
  for (const Word& part : kParts)
    if (part.text.size() >= kLong && word.starts_with(part.text)) return at_register(side, part.what);
  return std::nullopt;
}

bool inactive_status(std::string_view word) {
  static constexpr std::string_view kInactive[] = {"INACTIVE", "DISABLED", "DEACTIVATED", "FALSE", "GESPERRT"};
  return std::ranges::find(kInactive, word) != std::end(kInactive);
}

bool closed_status(std::string_view word) { return std::ranges::find(kClosed, word) != std::end(kClosed); }

namespace {
constexpr What kAll[] = {What::issue, What::redeem, What::refund, What::adjust, What::cancel, What::share};
}

std::string_view name_of(What what) {
  return config::kRowTypes[static_cast<std::size_t>(std::ranges::find(kAll, what) - std::begin(kAll))];
}

What kind_named(std::string_view name) {
  return kAll[static_cast<std::size_t>(std::ranges::find(config::kRowTypes, name) - std::begin(config::kRowTypes))];
}

}  // namespace handoff::reconcile
