// What is late, and what may still arrive.

#include <set>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

TEST(Late, WhatHappensAtTheRegisterLaterMakesALossNoYounger) {
  for (const char* later : {"redeem,1.00", "void,5.00"}) {
    std::string row = std::string("a,2026-11-29T10:00:00Z,S1,R1,E1,") + later + ",USD,refund,jo@example.com\n";
    report::Audit audit = Exports().pos(pos("a", "25.00") + row).platform(card("b", "1.00")).done();
    EXPECT_EQ(audit.findings.at(0).kind, Kind::missing);
    EXPECT_NE(audit.findings.at(0).cause, Cause::in_flight) << later;
  }
  // What that changes itself may still be on its way.
  std::string cancelled = "a,2026-11-29T10:00:00Z,S1,R1,E1,void,25.00,USD,refund,jo@example.com\n";
  report::Audit audit = Exports().pos(pos("a", "25.00") + cancelled).platform(card("a", "25.00")).done();
  EXPECT_EQ(summary_of(audit), "void_not_propagated in_flight A 2500\n");
}

TEST(Late, OfARegisterThatTellsTheDayAloneACreditIsAsYoungAsItCanBe) {
  auto issued = [](const std::string& day) {
    return Exports()
        .pos("a,2026-11-" + day + ",S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n")
        .platform(card("b", "1.00"))
        .done();
  };
  EXPECT_EQ(issued("29").findings.at(1).cause, Cause::in_flight) << "as of the 30th, 00:00";
  EXPECT_EQ(issued("29").findings.at(1).evidence.at(0), "not at the platform, at most 24 h after it was issued");
  report::Audit old = issued("28");
  EXPECT_NE(old.findings.at(0).cause, Cause::in_flight);
  EXPECT_EQ(old.findings.at(0).evidence.at(0), "not at the platform, at least 24 h after it was issued");
  Exports noon;
  noon.request.as_of_s = parse_time("2026-11-29T12:00:00Z", config::TimeFormat::iso, 0)->utc_s;
  EXPECT_EQ(noon.pos("a,2026-11-28,S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n")
                .platform(card("b", "1.00"))
                .done()
                .findings.at(1)
                .cause,
            Cause::in_flight)
      << "12 to 36 hours old";
}

/// Two credits of stores in Berlin, as their clocks show it, in the days in which these are changed.
report::Audit over_a_change_of_clocks(const std::string& clock, const std::string& of_store = "") {
  Exports exports;
  exports.request.as_of_s = parse_time("2026-10-26T12:00:00Z", config::TimeFormat::iso, 0)->utc_s;
  exports.request.sla_s.fill(24 * kHour);
  std::string columns = "reference = \"ref\"\namount = \"amount\"\ntime = \"at\"\ncurrency_always = \"EUR\"\n";
  std::ofstream(exports.dir.file("map.toml")) << "[pos]\n"
                                              << columns << "store = \"store\"\n"
                                              << clock << of_store << "[platform]\n"
                                              << columns;
  auto maps = config::load_export_maps(exports.dir.file("map.toml"));
  EXPECT_TRUE(maps) << config::render(maps.error());
  for (Side side : {Side::pos, Side::platform})
    exports.request.maps[report::at(side)] = maps->sides.at(std::string(report::kSideNames[report::at(side)]));
  exports.add(Side::pos, "pos.csv", "ref,amount,at,store\na,5.00,2026-10-24 10:00,S1\nb,7.00,2026-10-25 13:30,S1\n");
  exports.add(Side::platform, "platform.csv", "ref,amount,at\na,5.00,2026-10-24T08:00:05Z\n");
  auto done = audit(exports.request);
  EXPECT_TRUE(done) << (done ? "" : done.error().text());
  return done ? std::move(*done) : report::Audit();
}

TEST(Late, ByAZonesNameItsClocksAreFollowedWhereTheyChange) {
  for (const auto& audit : {over_a_change_of_clocks("zone = \"Europe/Berlin\"\n"),
                            over_a_change_of_clocks("", "[pos.store_offsets]\nS1 = \"Europe/Berlin\"\n")}) {
    EXPECT_EQ(summary_of(audit), "missing in_flight B 700\n") << "23 h and a half";
    EXPECT_EQ(audit.findings.at(0).issued_at, "2026-10-25T13:30:00+01:00");
    EXPECT_FALSE(asks(audit, "clocks changed"));
  }
  report::Audit fixed = over_a_change_of_clocks("utc_offset = \"+02:00\"\n");
  EXPECT_EQ(summary_of(fixed), "missing F2 B 700\n") << "24 h and a half by that";
  EXPECT_TRUE(asks(
      fixed,
      "the registers: times name no zone and are taken as +02:00 throughout; where the clocks changed on 2026-10-25"));
}

TEST(Late, AZoneThatNobodyKnowsIsRefused) {
  support::TempDir dir;
  auto refusal = [&](const std::string& clock) {
    std::ofstream(dir.file("map.toml")) << "[pos]\nreference = \"ref\"\namount = \"amount\"\ntime = \"at\"\n" << clock;
    auto maps = config::load_export_maps(dir.file("map.toml"));
    return maps ? std::string() : config::render(maps.error());
  };
  EXPECT_NE(refusal("zone = \"Europe/Atlantis\"\n").find("map.toml:5:"), std::string::npos)
      << refusal("zone = \"Europe/Atlantis\"\n");
  EXPECT_NE(refusal("zone = \"Europe/Berlin\"\nutc_offset = \"+01:00\"\n").find("write one of them"),
            std::string::npos);
  EXPECT_NE(refusal("[pos.store_offsets]\nS1 = \"Nowhere\"\n").find("\"Nowhere\" is not a time zone"),
            std::string::npos)
      << refusal("[pos.store_offsets]\nS1 = \"Nowhere\"\n");
}

TEST(Late, ABatchOfTheBooksThatIsLateIsSaidOnce) {
  std::string rows, cards;
  for (const char* ref : {"a", "b", "c", "d"}) {
    rows += pos(ref, "25.00", "20");
    cards += card(ref, "25.00", "issue", "20");
  }
  report::Audit audit =
      Exports().pos(rows).platform(cards).add(Side::erp, "erp.csv", kShopHeader + entry("z", "1.00", "redeem")).done();
  ASSERT_EQ(audit.findings.size(), 4u);
  for (const Finding& one : audit.findings)
    EXPECT_EQ(std::set<std::string>(one.evidence.begin(), one.evidence.end()).size(), one.evidence.size());
}

}  // namespace
}  // namespace handoff::reconcile
