#include "core/serve/connector_ids.hpp"

#include <gtest/gtest.h>

#include "core/journal/store.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::serve {
namespace {

class ConnectorIds : public ::testing::Test {
 protected:
  void SetUp() override {
    journal::StoreOptions options;
    options.path = dir_.file("handoff.db");
    store_ = std::move(*journal::Store::open(options));
  }
  void known(const char* name, const char* id) {
    journal::NameRegistered event;
    event.name = name;
    event.id = id;
    store_->append(1, "", "configuration", event);
    ASSERT_TRUE(store_->commit());
  }
  void configured(const char* name, const std::vector<std::string>& formerly = {}) {
    config::Connector& one = settings_.connectors[name];
    one.name = config::Text(name, {});
    for (const std::string& former : formerly) one.formerly.emplace_back(former, config::Position());
  }
  std::map<std::string, std::string> ids() { return *connector_ids(settings_, store_->read()); }
  std::string refusal() {
    auto made = connector_ids(settings_, store_->read());
    return made ? "" : made.error().message + "; " + made.error().hint;
  }

  support::TempDir dir_;
  std::unique_ptr<journal::Store> store_;
  config::Settings settings_;
};

using Ids = std::map<std::string, std::string>;

TEST_F(ConnectorIds, FollowARename) {
  known("cards", "cards");
  configured("old-cards", {"cards"});
  EXPECT_EQ(ids(), (Ids{{"old-cards", "cards"}}));
  known("old-cards", "cards");
  configured("oldest-cards", {"old-cards", "cards"});
  settings_.connectors.erase("old-cards");
  EXPECT_EQ(ids(), (Ids{{"oldest-cards", "cards"}}));
}

/// What is in doubt in the old account would be looked for in the new one, be absent there, and be issued again.
TEST_F(ConnectorIds, RefuseARenamedConnectorsNameForANewAccount) {
  known("cards", "cards");
  known("old-cards", "cards");
  configured("old-cards");
  configured("cards");
  EXPECT_EQ(refusal(),
            "the store knows both old-cards and cards as \"cards\": one of them was renamed; give the account that is "
            "new a name that was never used");
}

TEST_F(ConnectorIds, RefuseAFormerNameThatIsToldTooLate) {
  known("cards", "cards");
  known("old-cards", "old-cards");
  configured("old-cards", {"cards"});
  EXPECT_EQ(refusal(),
            "the store knows old-cards and \"cards\" as two connectors already, so the one was not formerly the other; "
            "take it out of formerly; or write [connector.NAME] with a NAME that was never used and formerly = "
            "[\"cards\"]");
}

TEST_F(ConnectorIds, RefuseTwoFormerNamesThatWereTwoAccounts) {
  known("cards", "cards");
  known("gifts", "gifts");
  configured("value", {"cards", "gifts"});
  EXPECT_TRUE(refusal().starts_with("the store knows value and \"gifts\" as two connectors")) << refusal();
}

}  // namespace
}  // namespace handoff::serve
