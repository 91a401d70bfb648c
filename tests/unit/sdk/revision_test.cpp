// What is frozen of the operations' first revision (ADR 0025): no member is taken away, and none is called otherwise.

#include <gtest/gtest.h>

#include <algorithm>
#include <handoff/sdk/door.hpp>
#include <handoff/sdk/notify.hpp>
#include <handoff/sdk/operations.hpp>
#include <sstream>

namespace handoff {
namespace {

struct Names {
  std::vector<std::string> all;
  template <class T>
  void operator()(const char* name, T&) {
    all.emplace_back(name);
  }
};

/// Those of `frozen` that the struct has no more.
template <class T>
std::string missing(const std::string& frozen) {
  Names names;
  T self;
  T::fields(self, names);
  std::istringstream in(frozen);
  std::string out;
  for (std::string name; in >> name;)
    if (std::ranges::find(names.all, name) == names.all.end()) out += name + " ";
  return out;
}

TEST(FirstRevision, KeepsTheMembersOfWhatIsSharedByOperations) {
  EXPECT_EQ(missing<CreditInfo>("ref balance_type business_date store terminal transaction expires_at campaign"), "");
  EXPECT_EQ(missing<CustomerInfo>("hub id email phone loyalty name"), "");
  EXPECT_EQ(missing<Sighting>(
                "instrument surface amount issued removed redeemed state customer reference credit version made"),
            "");
  EXPECT_EQ(missing<Echoes>("amount code reference customer instrument version"), "");
  EXPECT_EQ(missing<Hint>("id type object"), "");
  EXPECT_EQ(missing<CustomerChange>("record gone into"), "");
  EXPECT_EQ(missing<SourceEvent>(
                "kind unique_id store terminal staff business_date transaction line amount balance_type expires_at "
                "campaign email phone loyalty customer refs code reason"),
            "");
}

TEST(FirstRevision, KeepsTheMembersOfEveryInput) {
  EXPECT_EQ(missing<FindCustomerInput>("email phone loyalty"), "");
  EXPECT_EQ(missing<IssueInput>("credit amount reference code customer"), "");
  EXPECT_EQ(missing<LinkInput>("credit instrument code reference customer"), "");
  EXPECT_EQ(missing<ReadInput>("by reference ref20 instrument code credit customer amount"), "");
  EXPECT_EQ(missing<VoidInput>("credit instrument code reference amount reason"), "");
  EXPECT_EQ(missing<ReverseInput>("credit operation label key ref20 until reference instrument code amount customer"),
            "");
  EXPECT_EQ(missing<RecordInput>("credit amount entry reference customer"), "");
  EXPECT_EQ(missing<MirrorInput>("customer version balances credits reference"), "");
  EXPECT_EQ(missing<MirrorEntry>("credit amount"), "");
  EXPECT_EQ(missing<InboundInput>("method path url headers"), "");
  EXPECT_EQ(missing<FetchInput>("type object"), "");
  EXPECT_EQ(missing<PullInput>("since cursor"), "");
  EXPECT_EQ(missing<ListInput>("since until cursor"), "");
  EXPECT_EQ(missing<NotifyInput>("id kind title summary cause action urgent count age_s amounts stores credits"), "");
  EXPECT_EQ(missing<NoticeCredit>("ref amount customer store terminal transaction hop age_s case link facts"), "");
  EXPECT_EQ(missing<AuthInput>("nonce"), "");
  EXPECT_EQ(missing<SignInput>("method target host headers body_sha256 nonce"), "");
}

TEST(FirstRevision, KeepsTheMembersOfEveryResult) {
  EXPECT_EQ(missing<FindCustomerResult>("candidates"), "");
  EXPECT_EQ(missing<IssueResult>("instrument"), "");
  EXPECT_EQ(missing<LinkResult>("customer"), "");
  EXPECT_EQ(missing<ReadResult>("complete sightings"), "");
  EXPECT_EQ(missing<VoidResult>("removed"), "");
  EXPECT_EQ(missing<RecordResult>("instrument"), "");
  EXPECT_EQ(missing<MirrorResult>("version"), "");
  EXPECT_EQ(missing<InboundResult>("status"), "");
  EXPECT_EQ(missing<ListResult>("complete cutoff count"), "");
  EXPECT_EQ(missing<CheckResult>("account"), "");
  EXPECT_EQ(missing<AuthResult>("headers life_s"), "");
  EXPECT_EQ(missing<SignResult>("headers"), "");
}

}  // namespace
}  // namespace handoff
