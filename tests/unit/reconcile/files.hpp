#pragma once
// Small exports as texts, and the audit of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "core/reconcile/audit.hpp"
#include "core/reconcile/guess.hpp"
#include "core/reconcile/time_text.hpp"
#include "core/report/json.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::reconcile {

using report::Cause;
using report::Finding;
using report::Kind;
using report::Side;

inline const char* const kPosHeader =
    "reference,created_at,store,terminal,staff,type,amount,currency,balance_type,email\n";
inline const char* const kPlatformHeader = "card_id,reference,created_at,type,amount,currency,balance_type,email\n";
inline const char* const kShopHeader = "entry_id,reference,created_at,type,amount,currency\n";

class Exports {
 public:
  Exports() {
    request.as_of_s = parse_time("2026-11-30T00:00:00Z", config::TimeFormat::iso, 0)->utc_s;
    request.work_folder = dir.path().string();
  }

  /// Writes a file and takes it for `side`.
  Exports& add(Side side, const std::string& name, const std::string& text) {
    std::ofstream(dir.file(name), std::ios::binary) << text;
    request.files[report::at(side)].push_back(dir.file(name));
    return *this;
  }
  Exports& pos(const std::string& rows) { return add(Side::pos, "pos.csv", kPosHeader + rows); }
  Exports& platform(const std::string& rows) { return add(Side::platform, "platform.csv", kPlatformHeader + rows); }
  Exports& shop(const std::string& rows) { return add(Side::storefront, "shop.csv", kShopHeader + rows); }

  /// With the maps that are guessed, unless `maps` were set.
  std::expected<report::Audit, Refusal> run() {
    report::BySide<std::optional<config::ExportMap>> written;
    for (std::size_t s = 0; s < report::kSides; ++s)
      if (!request.maps[s].reference.empty()) written[s] = request.maps[s];
    auto guesses = guess_maps(request.files, written, "");
    if (!guesses) return std::unexpected(guesses.error());
    for (std::size_t s = 0; s < report::kSides; ++s) {
      if (request.files[s].empty()) continue;
      Guess& guess = (*guesses)[s];
      if (!guess.missing.empty()) return std::unexpected(Refusal{request.files[s].front(), 1, guess.missing, ""});
      request.maps[s] = guess.map;
      if (request.maps[s].currency.empty() && request.maps[s].currency_always.empty())
        request.maps[s].currency_always = "USD";
    }
    return audit(request);
  }
  report::Audit done() {
    auto out = run();
    EXPECT_TRUE(out) << (out ? "" : out.error().text());
    return out ? std::move(*out) : report::Audit();
  }
  std::string refusal() {
    auto out = run();
    EXPECT_FALSE(out);
    std::string text = out ? "" : out.error().text();
    if (std::size_t at = text.find(dir.path().string()); at != std::string::npos)
      text.erase(at, dir.path().string().size() + 1);
    return text;
  }

  support::TempDir dir;
  Request request;
};

/// Rows under these headers: of the registers, of the platform, of the shop or the books.
inline std::string pos(const std::string& ref, const std::string& amount, const std::string& day = "10",
                       const std::string& more = "refund,jo@example.com") {
  return ref + ",2026-11-" + day + "T10:00:00Z,S1,R1,E1,issue," + amount + ",USD," + more + "\n";
}
inline std::string card(const std::string& ref, const std::string& amount, const std::string& type = "issue",
                        const std::string& day = "10", const std::string& email = "jo@example.com",
                        const std::string& id = "gc1") {
  return id + "," + ref + ",2026-11-" + day + "T10:00:05Z," + type + "," + amount + ",USD,refund," + email + "\n";
}
inline std::string entry(const std::string& ref, const std::string& amount, const std::string& type = "issue",
                         const std::string& day = "10") {
  return "e1," + ref + ",2026-11-" + day + "T10:01:00Z," + type + "," + amount + ",USD\n";
}

/// Of a day or an hour, as times write it.
inline std::string two(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

inline std::string findings_text(const report::Audit& audit) {
  std::string out;
  report::findings_json(audit, [&out](std::string_view piece) { out += piece; });
  return out;
}

inline std::string summary_of(const report::Audit& audit) {
  std::string out;
  for (const Finding& one : audit.findings)
    out += std::string(report::kKindNames[report::at(one.kind)]) + " " +
           std::string(report::kCauseNames[report::at(one.cause)]) + " " + one.reference + " " +
           std::to_string(one.difference) + "\n";
  return out;
}

/// Whether one of its warnings says so.
inline bool asks(const report::Audit& audit, const std::string& text) {
  return std::ranges::any_of(audit.warnings,
                             [&](const std::string& one) { return one.find(text) != std::string::npos; });
}

}  // namespace handoff::reconcile
