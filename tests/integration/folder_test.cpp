// A folder as the register and a folder as the books: what is dropped arrives everywhere once, whatever happens to the
// hub.

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "tests/integration/journey.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

namespace {

std::string rows(int from, int count) {
  std::string out = "Receipt;Store;Till;Time;Amount;Email\n";
  for (int i = from; i < from + count; ++i)
    out += std::to_string(i) + ";S14;R2;23.11.2026 10:15;25,00;ada@example.com\n";
  return out;
}

std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> out;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator(folder, gone))
    if (entry.is_regular_file()) out.insert(entry.path().filename().string());
  return out;
}

}  // namespace

class DropFolder : public Journey {
 protected:
  DropFolder() {
    std::filesystem::create_directories(in());
    std::filesystem::create_directories(books_.path());
    config_.extra = R"(
[connector.drop]
plugin = "file"
role = "pos"
[connector.drop.settings]
folder = ")" + drop_.path().string() +
                    R"("
settle_s = 1
delimiter = "semicolon"
decimal_comma = true
dates = "dmy"
currency = "USD"
columns = { transaction = "Receipt", store = "Store", register = "Till", time = "Time", amount = "Amount", email = "Email" }
[connector.exports]
plugin = "file"
role = "erp"
settings = { folder = ")" +
                    books_.path().string() + R"(" }
[[route]]
name = "dropped"
when = { event = "credit.issued", from = ["drop"], balance_type = ["general"] }
hops = [
  { to = "cards", do = "issue" },
  { to = "payments", do = "record", after = ["cards"] },
  { to = "books", do = "record", after = ["cards"] },
  { to = "exports", do = "record", after = ["cards"] },
  { to = "shop", do = "mirror", after = ["cards"] },
]
)";
  }

  std::filesystem::path in() const { return drop_.path() / "in"; }
  std::filesystem::path archive() const { return drop_.path() / "archive"; }
  /// As others should: under another name first.
  void drop(const std::string& name, const std::string& text) {
    support::write_file((in() / (name + ".part")).string(), text);
    std::filesystem::rename(in() / (name + ".part"), in() / name);
  }
  std::int64_t count(const std::string& what) {
    return support::StoreView(folder() + "/handoff.db").number("SELECT count(*) FROM " + what);
  }
  bool all_complete(std::int64_t credits) {
    return eventually([&] { return count("credits WHERE state = 'complete'") == credits; }, std::chrono::seconds(90));
  }

  support::TempDir drop_, books_;
};

TEST_F(DropFolder, FileOfFiveHundredRowsArrivesOnceThoughTheHubIsKilledInItsMiddle) {
  config_.limits = "requests_per_minute = 100000";  // the books' own would take half an hour
  // A page a second, so that the first is seen before the last is read.
  config_.extra.replace(config_.extra.find("role = \"pos\""), 12,
                        "role = \"pos\"\nlimits = { requests_per_minute = 60 }");
  drop("refunds.csv", rows(1000, 500));
  start();
  std::int64_t seen = 0;
  EXPECT_TRUE(eventually([&] { return (seen = count("credits")) > 0; })) << log();
  hub_->process().kill();
  seen = count("credits");
  EXPECT_GT(seen, 0);
  EXPECT_LT(seen, 500) << "it was killed after the file, not in its middle";
  start();
  EXPECT_TRUE(all_complete(500)) << log();
  EXPECT_EQ(count("credits"), 500);
  EXPECT_EQ(agree(500), 0);
  EXPECT_EQ(names_in(books_.path() / "out").size(), 500u);
  EXPECT_TRUE(eventually([&] { return names_in(archive()).size() == 1; }));
  EXPECT_TRUE(names_in(in()).empty());
}

TEST_F(DropFolder, SameFileAgainGivesNoSecondCredit) {
  start();
  drop("refunds.csv", rows(1, 3));
  EXPECT_TRUE(all_complete(3)) << log();
  EXPECT_TRUE(eventually([&] { return !names_in(archive()).empty(); }));
  hub_->process().kill();
  drop("again.csv", rows(1, 3));
  drop("refunds.csv", rows(1, 3) + "4;S14;R2;23.11.2026 10:15;25,00;ada@example.com\n");
  start();  // a hub that starts looks at once
  EXPECT_TRUE(all_complete(4)) << log();
  EXPECT_TRUE(eventually([&] { return names_in(in()).empty() && names_in(archive()).size() == 3; }));
  EXPECT_EQ(count("credits"), 4);
  EXPECT_EQ(agree(4), 0);
}

TEST_F(DropFolder, BadRowIsACaseWithFileAndLineAndTheOthersArrive) {
  drop("refunds.csv", rows(1, 2) + "3;S14;R2;23.11.2026;a lot;ada@example.com\n" +
                          "4;S14;R2;23.11.2026;25,00;ada@example.com\n" + "5;S14;R2;23.1");
  start();
  EXPECT_TRUE(all_complete(3)) << log();
  int code = 0;
  auto open = [this] { return count("cases WHERE state = 'open' AND kind = 'quarantined'"); };
  EXPECT_TRUE(eventually([&] { return open() == 2; }, std::chrono::seconds(90))) << log();
  const std::string shown = handoff("cases", code);
  EXPECT_NE(shown.find(".csv:4:"), std::string::npos) << shown;
  EXPECT_NE(shown.find("Amount is no amount with at most 2 decimals"), std::string::npos) << shown;
  EXPECT_NE(shown.find(".csv:6:"), std::string::npos) << shown;
  EXPECT_NE(shown.find("the file ends in the middle of this line"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("a lot"), std::string::npos) << "rows name customers";
  hub_->process().kill();
  drop("refunds.csv", support::read_file((archive() / *names_in(archive()).begin()).string()));
  start();
  EXPECT_TRUE(eventually([&] { return names_in(in()).empty() && names_in(archive()).size() == 2; })) << log();
  EXPECT_EQ(count("hints WHERE type NOT LIKE 'voucher.%'"), 2) << "dropped again, they are the same complaints";
  EXPECT_EQ(count("credits"), 3);
  EXPECT_EQ(agree(3), 0);
}

TEST_F(DropFolder, BadRowIsACreditAfterTheSettingsWereCorrected) {
  drop("refunds.csv", rows(1, 1) + "2;S14;R2;23.11.2026;25.00;ada@example.com\n");
  start();
  int code = 0;
  auto quarantined = [this](const std::string& state) {
    return count("cases WHERE kind = 'quarantined' AND state = '" + state + "'") == 1;
  };
  ASSERT_TRUE(eventually([&] { return quarantined("open"); }, std::chrono::seconds(90))) << log();
  hub_->process().kill();
  config_.extra.replace(config_.extra.find("decimal_comma = true"), 20, "decimal_comma = false");
  start();
  const std::string said = handoff("case retry 1", code);
  EXPECT_EQ(code, 0) << said;
  EXPECT_TRUE(all_complete(2)) << log();
  EXPECT_TRUE(quarantined("closed"));
  EXPECT_EQ(agree(2), 0);
}

TEST_F(DropFolder, BookingThatWasTakenAwayIsFoundWhereItWasPut) {
  start();
  std::filesystem::create_directories(books_.path() / "out" / "taken");
  std::atomic<bool> stop = false;
  std::thread importer([&] {
    while (!stop)
      for (const std::string& name : names_in(books_.path() / "out"))
        std::filesystem::rename(books_.path() / "out" / name, books_.path() / "out" / "taken" / name);
  });
  drop("refunds.csv", rows(1, 5));
  bool complete = all_complete(5);
  stop = true;
  importer.join();
  EXPECT_TRUE(complete) << log();
  EXPECT_EQ(names_in(books_.path() / "out" / "taken").size() + names_in(books_.path() / "out").size(), 5u);
}

TEST_F(DropFolder, RunsInAProcessOfItsOwnToo) {
  config_.extra.replace(config_.extra.find("role = \"pos\""), 12, "role = \"pos\"\nisolation = \"process\"");
  drop("refunds.csv", rows(1, 2));
  start();
  EXPECT_TRUE(all_complete(2)) << log();
}

TEST_F(DropFolder, FolderThatIsNotThereOrOpenToAllOrHoldsTheStoreIsRefused) {
  auto refusal = [this] {
    std::filesystem::remove(folder() + "/handoffd.log");
    support::write_file(folder() + "/handoff.toml", config_.text(sandbox_));
    EXPECT_EQ(start_in_vain().code, 2);
    return log();
  };
  std::filesystem::permissions(drop_.path(), std::filesystem::perms::others_write, std::filesystem::perm_options::add);
  EXPECT_NE(refusal().find("can be written by everybody, and whoever writes there issues credits"), std::string::npos)
      << log();
  std::filesystem::permissions(drop_.path(), std::filesystem::perms::others_write,
                               std::filesystem::perm_options::remove);
  std::filesystem::permissions(in(), std::filesystem::perms::others_write, std::filesystem::perm_options::add);
  EXPECT_NE(refusal().find("settings.folder: " + in().string() + " can be written by everybody"), std::string::npos)
      << log();
  std::filesystem::remove_all(drop_.path());
  EXPECT_NE(refusal().find("settings.folder: " + drop_.path().string() + ": No such file or directory"),
            std::string::npos)
      << log();
  std::size_t at = config_.extra.find(drop_.path().string());
  config_.extra.replace(at, drop_.path().string().size(), folder());
  EXPECT_NE(refusal().find("the folder of the store lie in one another"), std::string::npos) << log();
}

}  // namespace handoff::integration
