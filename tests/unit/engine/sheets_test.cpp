// Every kind of sheet meets every way a request can end without a clear answer (INVARIANTS F, BARS R12): what becomes
// of the credit, by which rule, and never twice.

#include "tests/unit/engine/bed.hpp"

namespace handoff::engine {
namespace {

constexpr std::int64_t kMinute = 60'000, kDay = 24 * 60 * kMinute;

/// What befalls the first request.
enum class Fate { refused, lost, reply_lost, error, error_after, garbage, redirected, late };
constexpr const char* kFates[] = {"refused",     "lost",    "reply_lost", "error",
                                  "error_after", "garbage", "redirected", "late"};

struct Sheet {
  const char *retry, *look;  // as the connectors are named
};

class AnySheet : public EngineBed {
 protected:
  explicit AnySheet(const Sheet& sheet)
      : EngineBed("tally_" + std::string(sheet.retry) + "_" + sheet.look),
        keys_(sheet.retry == std::string("idempotent")) {
    refuses_looks = false;
    posts.push_back("answered at once");  // the issue of the cards
  }

  void book(const json::Value& body) {
    for (const json::Value& entry : entries)
      if (keys_ && entry.at("reference") == body.at("reference")) return;
    json::Object entry = body.as_object();
    entry.set("number", "Y" + std::to_string(entries.size() + 1));
    entries.emplace_back(std::move(entry));
  }
  net::Result booked(const json::Value& body) {
    book(body);
    for (const json::Value& entry : entries)
      if (entry.at("reference") == body.at("reference")) return replied(201, entry.as_object());
    return lost();
  }
  net::Result first(const json::Value& body) {
    bool acts = fate_ == Fate::reply_lost || fate_ == Fate::error_after || fate_ == Fate::garbage;
    if (acts) book(body);
    if (fate_ == Fate::late) late_ = {clock.boot + 30 * kMinute, body};
    if (fate_ == Fate::error || fate_ == Fate::error_after) return replied(500, {});
    if (fate_ == Fate::garbage) return replied(200, {});
    if (fate_ == Fate::redirected) return replied(307, {});
    net::Result out = lost();
    if (fate_ == Fate::refused) out.ended = net::Ended::not_sent;
    return out;
  }
  void let_the_late_one_act() {
    if (late_ && clock.boot >= late_->first) book(late_->second);
    if (late_ && clock.boot >= late_->first) late_.reset();
  }
  net::Result at_tally(const HttpRequest& request, const json::Value& body) override {
    let_the_late_one_act();
    if (dark()) return lost();
    log_ += request.method == "GET" ? 'r' : request.target == "/entries" ? 'w' : 'b';
    if (request.target == "/reversals") {
      bool any = std::erase_if(entries, [&](const json::Value& entry) {
                   return entry.at("reference") == body.at("reference");
                 }) > 0;
      return replied(any ? 200 : 404, json::Object{{"reference", body.at("reference").as_string()}});
    }
    if (request.method == "GET") {
      json::Array list;
      for (const json::Value& entry : entries) list.push_back(entry);
      return replied(200, json::Object{{"entries", json::Value(std::move(list))}});
    }
    return writes_++ == clear_ ? first(body) : booked(body);
  }
  virtual bool dark() { return false; }

  Fate fate_ = Fate::lost;
  bool keys_;
  int writes_ = 0, clear_ = 0;  // so many do not come so far
  std::string log_;             // what arrived: r a read, w a booking, b one that takes back
  std::optional<std::pair<std::int64_t, json::Value>> late_;
};

class EverySheet : public AnySheet, public ::testing::WithParamInterface<std::tuple<Sheet, Fate>> {
 protected:
  EverySheet() : AnySheet(std::get<0>(GetParam())) { fate_ = std::get<1>(GetParam()); }
};

/// What section F says.
std::string wanted(const Sheet& sheet, Fate fate) {
  std::string retry = sheet.retry, look = sheet.look;
  bool acted = fate == Fate::reply_lost || fate == Fate::error_after || fate == Fate::garbage || fate == Fate::late;
  if (fate == Fate::refused) return "complete by rule 0";  // NOT_SENT: nothing is in doubt
  if (retry == "idempotent") return "complete by rule 1";
  if (look != "none" && acted) return "complete by rule 2";
  if (look == "proof") return "complete by rule 2";
  if (retry == "reverse" && fate == Fate::late) return "held by rule 5";  // it came after its reversal, and is not gone
  if (retry == "reverse") return "complete by rule 4";
  return "held by rule 5";
}

TEST_P(EverySheet, LeadsWhereSectionFSaysAndNowhereTwice) {
  submit();
  run(kDay);
  const auto& [sheet, fate] = GetParam();
  journal::CallRow booking = call("record");
  EXPECT_EQ(state() + " by rule " + std::to_string(booking.rule), wanted(sheet, fate)) << log_ << "\n" << story();
  let_the_late_one_act();
  EXPECT_LE(entries.size(), 1u);
  EXPECT_TRUE(state() != "complete" || entries.size() == 1);
  EXPECT_TRUE(booking.rule != 5 || writes_ == 1) << "never a blind resend";
  EXPECT_TRUE(whole());
}

constexpr Sheet kSheets[] = {{"idempotent", "proof"}, {"idempotent", "trace"}, {"idempotent", "none"},
                             {"reverse", "proof"},    {"reverse", "trace"},    {"reverse", "none"},
                             {"unsafe", "proof"},     {"unsafe", "trace"},     {"unsafe", "none"}};
std::string name_of(const ::testing::TestParamInfo<std::tuple<Sheet, Fate>>& row) {
  const auto& [sheet, fate] = row.param;
  return std::string(sheet.retry) + "_" + sheet.look + "_" + kFates[static_cast<int>(fate)];
}
INSTANTIATE_TEST_SUITE_P(OfAll, EverySheet,
                         ::testing::Combine(::testing::ValuesIn(kSheets),
                                            ::testing::Values(Fate::refused, Fate::lost, Fate::reply_lost, Fate::error,
                                                              Fate::error_after, Fate::garbage, Fate::redirected,
                                                              Fate::late)),
                         name_of);

/// P6, P7, BARS R14: the keys of this vendor are good for a day, and it is dark for longer or not.
class DarkVendor : public AnySheet {
 protected:
  DarkVendor() : AnySheet({"idempotent", "proof"}) {}
  bool dark() override {
    if (writes_ == 1 && since_ == 0) since_ = clock.boot;
    return writes_ == 1 && clock.boot < since_ + dark_hours_ * 60 * kMinute;
  }
  void live_through_it(std::int64_t hours) {
    dark_hours_ = hours;
    submit();
    run(2 * kDay);
    EXPECT_EQ(state(), "complete") << story();
    EXPECT_EQ(entries.size(), 1u);
  }
  std::int64_t dark_hours_ = 0, since_ = 0;
};

TEST_F(DarkVendor, IsLookedAtBeforeAnythingIsSentAgainOnceTheKeyHasRunOut) {
  live_through_it(26);
  EXPECT_TRUE(log_.starts_with("wrrw")) << log_ << ": absent twice, then sent again";
  EXPECT_EQ(call("record").rule, 2);
}

TEST_F(DarkVendor, ThatHadActedIsBelievedAndSentNothingMore) {
  fate_ = Fate::reply_lost;
  live_through_it(26);
  EXPECT_TRUE(log_.starts_with("wr")) << log_;
  EXPECT_EQ(writes_, 1);
}

TEST_F(DarkVendor, IsSentTheSameKeyWhileThatIsGood) {
  live_through_it(2);
  EXPECT_EQ(call("record").rule, 1) << log_;
}

/// A connector that is replaced while its call is in doubt, by a build that asks for something else first.
class Replaced : public AnySheet {
 protected:
  Replaced() : AnySheet({"unsafe", "proof"}) {}
  bool dark() override { return writes_ > 0 && !lit_; }
  void replace_it() {
    submit();
    run(60 * kMinute);
    ASSERT_EQ(writes_, 1) << story();
    static const auto* other = instance(HANDOFF_TEST_PLUGINS "/libhandoff-tally_unsafe_proof.so",
                                        json::Value(json::Object{{"rest_ms", std::int64_t{1}}}));
    setup.connectors[1].instance = other;
    start();
    lit_ = true;
    run(kDay);
    EXPECT_EQ(state(), "held") << story();
    EXPECT_NE(story().find("asks in another order"), std::string::npos) << story();
    EXPECT_EQ(writes_, 1) << "never sent as if it were the first";
  }
  bool lit_ = false;
};

TEST_F(Replaced, DoesNotTakeTheReplyToOneCallForThatToAnother) {
  fate_ = Fate::reply_lost;
  replace_it();
  EXPECT_EQ(entries.size(), 1u);
}

TEST_F(Replaced, DoesNotSendInAnotherPlaceWhatWasSentAlready) {
  fate_ = Fate::lost;
  replace_it();
}

/// P14: what did not leave uses up nothing where a key is all there is.
class KeysAlone : public AnySheet {
 protected:
  KeysAlone() : AnySheet({"idempotent", "none"}) {}
  net::Result at_tally(const HttpRequest& request, const json::Value& body) override {
    bool refused = writes_ < refused_until_ && writes_ >= refused_from_;
    if (!refused) return AnySheet::at_tally(request, body);
    ++writes_;
    net::Result out = lost();
    out.ended = net::Ended::not_sent;
    return out;
  }
  int refused_from_ = 0, refused_until_ = 0;
};

TEST_F(KeysAlone, RefusedConnectionsBeforeALostReplyLeaveTheKeyItsChance) {
  clear_ = refused_until_ = 4;
  fate_ = Fate::reply_lost;
  submit();
  run(10 * kMinute);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(entries.size(), 1u);
}

TEST_F(KeysAlone, RefusedConnectionsAfterALostReplyLeaveTheKeyItsChance) {
  refused_from_ = 1;
  refused_until_ = 6;
  fate_ = Fate::reply_lost;
  submit();
  run(10 * kMinute);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(entries.size(), 1u);
}

}  // namespace
}  // namespace handoff::engine
