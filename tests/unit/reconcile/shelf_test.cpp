// Records on the shelf: in memory, on disk, and back.

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "core/reconcile/shelf.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::reconcile {
namespace {

constexpr std::uint64_t kRecords = 200'000;
constexpr unsigned kWriters = 3;

std::string key_of(std::uint64_t number) { return "CREDIT-OF-A-REGISTER-" + std::to_string(number); }

/// Every record by one of several threads.
void fill(Shelf& shelf) {
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kWriters; ++t)
    threads.emplace_back([&shelf, t] {
      ShelfWriter writer(shelf);
      for (std::uint64_t i = t; i < kRecords; i += kWriters) {
        std::string key = key_of(i);
        Record record;
        record.key = key;
        record.place = i;
        ASSERT_TRUE(writer.put(record));
      }
      ASSERT_TRUE(writer.finish());
    });
  for (std::thread& thread : threads) thread.join();
}

TEST(Shelf, WhateverIsPutThereComesBackOnceInItsPartition) {
  support::TempDir folder;
  for (std::size_t memory : {std::size_t{0}, std::size_t{1} << 20, std::size_t{1} << 30}) {
    Shelf shelf(memory, folder.path().string());
    fill(shelf);
    std::map<std::uint64_t, int> seen;
    std::vector<char> bytes;
    for (std::size_t partition = 0; partition < kPartitions; ++partition) {
      ASSERT_TRUE(shelf.take(partition, bytes)) << shelf.error();
      for (const char *at = bytes.data(), *end = at + bytes.size(); at < end;) {
        Record record = unpack(at);
        EXPECT_EQ(record.key, key_of(record.place));
        EXPECT_EQ(partition_of(record), partition);
        ++seen[record.place];
      }
    }
    EXPECT_EQ(seen.size(), kRecords) << memory;
    for (auto [place, times] : seen) ASSERT_EQ(times, 1) << place;
  }
}

/// A disk that turns finds two hundred places a second: records are not to lie one chunk here and one there.
TEST(Shelf, WhatGoesToDiskLiesTogether) {
  support::TempDir folder;
  Shelf shelf(16 << 20, folder.path().string());
  constexpr std::size_t kChunks = 16 * 1024;  // 128 MiB
  for (std::size_t i = 0; i < kChunks; ++i) ASSERT_TRUE(shelf.put(i * 7 % 256, shelf.chunk(), kChunk));
  EXPECT_GT(shelf.pieces(), 0u);
  EXPECT_LT(shelf.pieces(), kChunks / 4);
}

TEST(Shelf, AFolderThatTakesNoFileIsAnErrorThatNamesIt) {
  Shelf shelf(0, "/nowhere/at/all");
  EXPECT_FALSE(shelf.put(0, shelf.chunk(), kChunk));
  EXPECT_NE(shelf.error().find("/nowhere/at/all"), std::string::npos) << shelf.error();
}

}  // namespace
}  // namespace handoff::reconcile
