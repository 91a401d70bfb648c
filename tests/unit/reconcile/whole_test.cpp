// Files that a cut at the end of a line, an older export or a lost part has made too short: what is said of them.

#include <algorithm>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

std::string at(int day, int hour) { return "2026-11-" + two(day) + "T" + two(hour) + ":00:00Z"; }
std::string ref(const std::string& store, int day, int hour) { return store + "-" + two(day) + two(hour); }

/// Two credits a day of a store, until that day.
std::string issued(const std::string& store, int last_day) {
  std::string out;
  for (int day = 1; day <= last_day; ++day)
    for (int hour : {10, 16})
      out +=
          ref(store, day, hour) + "," + at(day, hour) + "," + store + ",R1,E1,issue,25.00,USD,refund,jo@example.com\n";
  return out;
}
std::string cards(const std::string& store, int last_day) {
  std::string out;
  for (int day = 1; day <= last_day; ++day)
    for (int hour : {10, 16})
      out += "gc," + ref(store, day, hour) + "," + at(day, hour) + ",issue,25.00,USD,refund,jo@example.com\n";
  return out;
}

/// The warnings that ask for a part of the registers' export.
std::vector<std::string> asked(Exports& exports) {
  std::vector<std::string> out = exports.done().warnings;
  std::erase_if(out, [](const std::string& one) { return !one.starts_with("the registers"); });
  return out;
}
using Texts = std::vector<std::string>;

TEST(Whole, ARegistersFileThatEndsBeforeTheOthersIsAskedFor) {
  auto until = [](int day, std::int64_t sla_s) {
    Exports exports;
    exports.request.as_of_s.reset();
    exports.request.sla_s.fill(sla_s);
    return asked(exports.pos(issued("S1", day)).platform(cards("S1", 29)));
  };
  EXPECT_EQ(until(27, kDay),
            Texts({"the registers: the newest record is of 2026-11-27T16:00:00Z, that of the platform of "
                   "2026-11-29T16:00:00Z; was their file exported earlier, or cut? Fetch it again, or say --as-of "
                   "2026-11-27T16:00:00Z"}));
  EXPECT_EQ(until(27, 2 * kDay), Texts()) << "no older than the SLA";
  EXPECT_EQ(until(28, kHour), Texts()) << "a night is no sign";
}

TEST(Whole, TheCutOffThatTheWarningNamesEndsIt) {
  Exports exports;
  exports.request.as_of_s = parse_time("2026-11-27T16:00:00Z", config::TimeFormat::iso, 0)->utc_s;
  EXPECT_EQ(asked(exports.pos(issued("S1", 27)).platform(cards("S1", 29))), Texts());
}

TEST(Whole, AStoreWhoseCreditsEndWhileThoseOfOthersGoOnIsNamed) {
  auto until = [](int day, bool complete = false) {
    Exports exports;
    exports.request.complete = complete;
    return asked(exports.pos(issued("S1", 29) + issued("S2", day)).platform(cards("S1", 29) + cards("S2", day)));
  };
  EXPECT_EQ(
      until(15),
      Texts(
          {"the registers have no credit of store S2 since 2026-11-15, and had many before: is a part of the export missing?"}));
  EXPECT_EQ(until(24), Texts()) << "ten that did not come may be chance";
  EXPECT_EQ(until(15, true), Texts()) << "a complete listing leaves nothing out";
}

TEST(Whole, ASideThatHasNotAsManyRowsAsItWasToHaveIsRefusedWithBothNumbers) {
  Exports exports;
  exports.pos(issued("S1", 29))
      .platform(cards("S1", 20))
      .add(Side::platform, "platform-2.csv", kPlatformHeader + cards("S2", 3));
  exports.request.rows[report::at(Side::pos)] = 58;
  exports.request.rows[report::at(Side::platform)] = 46;
  exports.done();
  exports.request.rows[report::at(Side::platform)] = 64;
  EXPECT_EQ(exports.refusal(),
            "the files of platform have 46 rows, and --rows says 64; fetch it again, or correct --rows");
  exports.request.rows[report::at(Side::pos)] = 60;
  EXPECT_EQ(exports.refusal(), "pos.csv: has 58 rows, and --rows says 60; fetch it again, or correct --rows");
}

}  // namespace
}  // namespace handoff::reconcile
