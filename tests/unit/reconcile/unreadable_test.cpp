// Rows that nobody can read: whose credits they leave unjudged (C3).

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

TEST(Unreadable, ALineThatIsNoJsonLeavesItsCreditUnjudged) {
  auto line = [](const std::string& ref, const std::string& more) {
    return R"({"reference":")" + ref + R"(","created_at":"2026-11-10T10:00:05Z","amount":"25.00","currency":"USD")" +
           more + "\n";
  };
  std::string rows, good;
  for (int i = 10; i < 50; ++i)
    rows += pos("r" + std::to_string(i), "25.00"), good += line("r" + std::to_string(i), "}");
  auto audit_of = [&](const std::string& broken) {
    return Exports().pos(rows + pos("a", "25.00")).add(Side::platform, "p.jsonl", good + broken).done();
  };
  report::Audit twice = audit_of(line("a", R"(,"amount":"30.00"})"));
  EXPECT_EQ(summary_of(twice), "unreadable unreadable A 0\n");
  ASSERT_EQ(twice.unreadable.size(), 1u);
  EXPECT_EQ(twice.unreadable[0].why, "says a name twice");
  EXPECT_EQ(summary_of(audit_of(line("a", ",\"note\":}"))), "unreadable unreadable A 0\n");
  report::Audit nameless = audit_of(R"({"refer#nce": what?})"
                                    "\n");
  ASSERT_EQ(summary_of(nameless), "missing unreadable A 2500\n");
  EXPECT_NE(nameless.findings[0].evidence[0].find("1 row of the platform cannot be read and names no credit ("),
            std::string::npos)
      << nameless.findings[0].evidence[0];
  EXPECT_NE(nameless.findings[0].evidence[0].find("p.jsonl:41): it may be that one"), std::string::npos)
      << nameless.findings[0].evidence[0];
  EXPECT_EQ(nameless.credits_with_gap, 0);
  report::Audit more = Exports()
                           .pos(rows + pos("a", "25.00") + pos("b", "25.00"))
                           .add(Side::platform, "p.jsonl", good + "{what?}\n")
                           .done();
  ASSERT_EQ(more.findings.size(), 2u);
  for (const Finding& one : more.findings)
    EXPECT_LE(one.confidence, 450) << one.confidence;  // one of them may be that row
}

TEST(Unreadable, ARowOfTheRegistersThatNobodyCanReadMayBeWhatIssuedAnEntry) {
  std::string rows, cards = "card_id,reference,created_at,amount,currency\n";
  for (int i = 10; i < 50; ++i) {
    std::string ref = "r" + std::to_string(i);
    rows += R"({"reference":")" + ref +
            R"(","created_at":"2026-11-10T10:00:00Z","store":"S1","amount":"25.00","currency":"USD"})"
            "\n";
    cards += "g" + ref + "," + ref + ",2026-11-10T10:00:05Z,25.00,USD\n";
  }
  report::Audit audit = Exports()
                            .add(Side::pos, "pos.jsonl", rows + "{broken\n")
                            .add(Side::platform, "platform.csv", cards + "gx,x,2026-11-10T10:00:05Z,25.00,USD\n")
                            .done();
  EXPECT_EQ(summary_of(audit), "downstream_only unreadable X 2500\n");
}

TEST(Unreadable, ARowWhoseReferenceIsNobodysMayBeWhatIsMissing) {
  std::string rows, cards = "reference,created_at,amount,currency,card_id\n";
  for (int i = 100; i < 150; ++i) {
    std::string ref = "r" + std::to_string(i);
    rows += pos(ref, "25.00");
    if (i != 120 && i != 130) cards += ref + ",2026-11-10T10:00:05Z,25.00,USD,g" + ref + "\n";
  }
  std::string torn = "r1#0,2026-11-10T10:00:05Z,25.00\n",
              whole = "r130,2026-11-10T10:00:05Z,25.00,USD,g,more,and more\n";
  report::Audit audit = Exports().pos(rows).add(Side::platform, "platform.csv", cards + torn + whole).done();
  EXPECT_NE(summary_of(audit).find("missing unreadable R120 2500\n"), std::string::npos) << summary_of(audit);
  EXPECT_NE(summary_of(audit).find("unreadable unreadable R130"), std::string::npos) << summary_of(audit);
  EXPECT_EQ(audit.findings.size(), 2u) << summary_of(audit);
}

TEST(Unreadable, RowsThatTwoStrayQuotesMakeOneFieldAreAllUnjudged) {
  std::string rows, cards = "reference,created_at,amount,currency,card_id\n";
  for (int i = 100; i < 200; ++i) {
    std::string ref = "r" + std::to_string(i);
    rows += pos(ref, "25.00");
    cards += (i == 120 ? "\"" : "") + ref + ",2026-11-10T10:00:05Z,25.00,USD,g" + ref + (i == 123 ? "\"" : "") + "\n";
  }
  report::Audit audit = Exports().pos(rows).add(Side::platform, "platform.csv", cards).done();
  EXPECT_EQ(summary_of(audit).find("missing"), std::string::npos) << summary_of(audit);
  EXPECT_EQ(audit.findings.size(), 4u) << summary_of(audit);
}

}  // namespace
}  // namespace handoff::reconcile
