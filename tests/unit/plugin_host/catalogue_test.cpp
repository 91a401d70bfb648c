// Which file is the connector, and whether others could change it.

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstddef>
#include <fstream>

#include "core/plugin_host/plugin.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::plugin_host {
namespace {

class CatalogueTest : public ::testing::Test {
 protected:
  std::filesystem::path put(const std::string& name) {
    std::filesystem::path file = folder_.file(name);
    std::filesystem::create_directories(file.parent_path());
    std::filesystem::copy_file(HANDOFF_VILLAIN, file);
    std::filesystem::permissions(file, std::filesystem::perms(0755));
    return file;
  }
  support::TempDir folder_;
};

TEST_F(CatalogueTest, RefusesTwoFilesOfOneFolderWithOneIdAndNamesBoth) {
  std::string b = put("libhandoff-villain.so").string(), a = put("libhandoff-a_villain.so").string();
  Catalogue catalogue({folder_.path()});
  auto found = catalogue.plugin("villain");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error(), a + " and " + b + " are both the connector 'villain'; take one of them away");
  EXPECT_FALSE(catalogue.manifest("villain"));
  EXPECT_FALSE(catalogue.image("villain"));
}

TEST_F(CatalogueTest, TakesTheFirstFolderThatHasIt) {
  std::filesystem::path one = put("one/libhandoff-villain.so");
  put("two/libhandoff-villain.so");
  Catalogue catalogue({folder_.path() / "one", folder_.path() / "two"});
  ASSERT_TRUE(catalogue.manifest("villain"));
  EXPECT_EQ(catalogue.entries().at("villain").file, one);
}

TEST_F(CatalogueTest, TakesAFolderThatIsNamedTwiceForOne) {
  put("one/libhandoff-villain.so");
  std::filesystem::create_directory_symlink(folder_.path() / "one", folder_.path() / "link");
  auto one = folder_.path() / "one", link = folder_.path() / "link";
  Catalogue catalogue({one, one, folder_.path() / "one/../one", link});
  EXPECT_TRUE(catalogue.manifest("villain")) << catalogue.manifest("villain").error();
}

TEST_F(CatalogueTest, PassesOverAPipeAndSaysThatItIsNoPlainFile) {
  const std::filesystem::path pipe = folder_.file("libhandoff-odd.so");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0700), 0);  // who opens it to read waits for a writer, without end
  Catalogue catalogue({folder_.path()});
  auto found = catalogue.manifest("odd");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error(), pipe.string() + ": cannot be read: it is no plain file");
  auto image = Image::open(pipe);
  ASSERT_FALSE(image);
  EXPECT_NE(image.error().find("is no plain file"), std::string::npos) << image.error();
}

TEST_F(CatalogueTest, TellsAFileOfAnotherMachineAndOneThatIsCutShort) {
  const std::filesystem::path file = put("libhandoff-villain.so");
  const auto size = std::filesystem::file_size(file);
  for (const auto& [machine, name] :
       {std::pair(EM_AARCH64, "AArch64"), std::pair(EM_X86_64, "x86-64"), std::pair(EM_RISCV, "RISC-V")}) {
    std::fstream(file, std::ios::binary | std::ios::in | std::ios::out)
        .seekp(offsetof(Elf64_Ehdr, e_machine))
        .put(static_cast<char>(machine));
    auto note = read_note(file);
    if (note) continue;
    EXPECT_NE(note.error().find(std::string("is for ") + name + ", this machine is "), std::string::npos)
        << note.error();
  }
  EXPECT_FALSE(read_note(file)) << "a RISC-V file on this machine";
  std::filesystem::copy_file(HANDOFF_VILLAIN, file, std::filesystem::copy_options::overwrite_existing);
  std::filesystem::resize_file(file, size / 2);
  auto note = read_note(file);
  ASSERT_FALSE(note);
  EXPECT_NE(note.error().find("is cut short"), std::string::npos) << note.error();
}

TEST_F(CatalogueTest, StickyBitExcusesAFolderAndNoFile) {
  std::filesystem::path file = put("libhandoff-villain.so");
  ASSERT_EQ(chmod(folder_.path().c_str(), 01777), 0);
  EXPECT_TRUE(check_permissions(file)) << check_permissions(file).error();
  ASSERT_EQ(chmod(file.c_str(), 01757), 0);
  auto allowed = check_permissions(file);
  ASSERT_FALSE(allowed);
  EXPECT_NE(allowed.error().find("others may write it"), std::string::npos) << allowed.error();
}

}  // namespace
}  // namespace handoff::plugin_host
