#include "core/files/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <handoff/sdk/json.hpp>
#include <memory>
#include <tuple>
#include <vector>

#include "core/files/descriptor.hpp"
#include "core/model/file_path.hpp"

namespace handoff::files {

namespace {

using net::Ended;
using net::Result;

constexpr std::string_view kClaimed = "claimed";
constexpr std::size_t kListedMax = 1000;
constexpr std::uint64_t kReadMax = 1u << 20;

Result replied(int status, const json::Value& body) {
  Result out;
  out.ended = Ended::replied;
  out.reply.status = status;
  out.reply.body = json::write(body);
  return out;
}

Result refused(int status, const char* code, const std::string& message) {
  json::Object body;
  body.set("code", code).set("message", message);
  return replied(status, json::Value(std::move(body)));
}

/// What the system's own error means, before anything was changed.
Result failed(int error) {
  const std::string words = std::strerror(error);
  switch (error) {
    case ENOENT:
      return refused(404, "no_such_file", words);
    case EACCES:
    case EPERM:
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
    case EROFS:
    case ENXIO:
      return refused(403, "not_allowed", words);
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
      return refused(503, "no_space", words);
    default:
      return refused(500, "io", words);
  }
}

/// The file may be there or not.
Result unclear(int error) {
  Result out;
  out.ended = Ended::unknown;
  out.error = std::string("the folder: ") + std::strerror(error);
  return out;
}

json::Object described(std::string_view path, const struct stat& is) {
  json::Object out;
  out.set("path", path).set("size", std::int64_t{is.st_size}).set("modified_ms", modified_ms(is));
  return out;
}

std::uint64_t number(std::string_view text) {
  std::uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::string_view header(const net::Request& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return {};
}

/// Without the '/' that a target begins with.
std::string_view path_in(std::string_view target) { return target.substr(std::min<std::size_t>(1, target.size())); }

std::string open_to_all_text(const std::filesystem::path& folder) {
  return folder.string() + " can be written by everybody, and whoever writes there issues credits; chmod o-w it";
}

/// Somebody may have opened it up since the hub was started.
bool open_to_all(const Descriptor& folder) {
  struct stat is = {};
  return ::fstat(folder.get(), &is) == 0 && (is.st_mode & S_IWOTH) != 0;
}

bool of_claimed(std::string_view path) { return path == kClaimed || path.starts_with("claimed/"); }

class Work {
 public:
  Work(int root, const std::string& owner) : root_(root), owner_(owner) {}

  Result list(std::string_view path, std::uint64_t passed_over) const {
    Descriptor folder = open_folder(root_, real(path));
    if (!folder) return failed(errno);
    if (open_to_all(folder)) return refused(403, "not_allowed", open_to_all_text(path));
    std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(::dup(folder.get())), ::closedir);
    if (!entries) return failed(errno);
    struct Entry {
      std::string name;
      std::int64_t size = 0, modified_ms = 0;
    };
    std::vector<Entry> all;
    while (const dirent* entry = ::readdir(entries.get())) {
      struct stat is = {};
      std::string name = entry->d_name;
      if (!path_problem(name).empty()) continue;  // hidden ones too: that is where others write before they rename
      if (::fstatat(folder.get(), name.c_str(), &is, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(is.st_mode)) continue;
      all.push_back({std::move(name), is.st_size, modified_ms(is)});
    }
    std::ranges::sort(all, [](const Entry& a, const Entry& b) {
      return std::tie(a.modified_ms, a.name) < std::tie(b.modified_ms, b.name);
    });
    json::Array files;
    const std::size_t from = std::min<std::uint64_t>(passed_over, all.size());
    const std::size_t end = from + std::min(kListedMax, all.size() - from);
    for (std::size_t i = from; i < end; ++i)
      files.emplace_back(
          json::Object{{"name", all[i].name}, {"size", all[i].size}, {"modified_ms", all[i].modified_ms}});
    json::Object body;
    body.set("files", std::move(files)).set("more", end < all.size());
    return replied(200, json::Value(std::move(body)));
  }

  Result read(std::string_view path, std::uint64_t offset, std::uint64_t length) const {
    struct stat is = {};
    Place place = place_of(root_, real(path));
    Descriptor file = place.folder ? open_file(place, is) : Descriptor();
    if (!file) return failed(errno);
    std::optional<std::string> bytes = read_at(file.get(), offset, std::min(length, kReadMax));
    if (!bytes) return failed(errno);
    Result out;
    out.ended = Ended::replied;
    out.reply.status = 200;
    out.reply.headers = {{"size", std::to_string(is.st_size)}, {"modified-ms", std::to_string(modified_ms(is))}};
    out.reply.body = std::move(*bytes);
    return out;
  }

  /// The rename is the claim: of two hubs one finds the file gone.
  Result claim(std::string_view path) const {
    const std::string shown = std::string(kClaimed) + "/" + std::string(path.substr(path.rfind('/') + 1));
    Place from = place_of(root_, path);
    Place to = place_of(root_, real(shown), true);
    if (!from.folder || !to.folder) return failed(errno);
    if (open_to_all(from.folder)) return refused(403, "not_allowed", open_to_all_text(path));
    struct stat is = {};
    bool here = ::fstatat(from.folder.get(), from.name.c_str(), &is, AT_SYMLINK_NOFOLLOW) == 0;
    if (here && !S_ISREG(is.st_mode)) return refused(403, "not_allowed", "it is no plain file");
    if (here &&
        ::renameat2(from.folder.get(), from.name.c_str(), to.folder.get(), to.name.c_str(), RENAME_NOREPLACE) != 0) {
      if (errno == EEXIST) return refused(409, "taken", "a file of that name is claimed and not done with");
      if (errno != ENOENT) return failed(errno);
    }
    if (::fstatat(to.folder.get(), to.name.c_str(), &is, AT_SYMLINK_NOFOLLOW) != 0)
      return others_have(to.name) ? refused(409, "taken", "another hub has claimed it")
                                  : refused(404, "no_such_file", "there is no such file");
    ::fsync(from.folder.get());
    ::fsync(to.folder.get());
    return replied(200, json::Value(described(shown, is)));
  }

  Result write(std::string_view path, std::string_view content) const {
    Place to = place_of(root_, path, true);
    // Where nobody takes it for a whole one: not even who looks for files with any name.
    Descriptor own = open_folder(root_, real(kClaimed), true);
    if (!to.folder || !own) return failed(errno);
    const std::string draft = "." + to.name.substr(0, 200);
    Descriptor file(::openat(own.get(), draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640));
    if (!file) return failed(errno);
    if (!write_all(file.get(), content) || ::fsync(file.get()) != 0) {
      int error = errno;
      ::unlinkat(own.get(), draft.c_str(), 0);
      return failed(error);
    }
    if (::renameat2(own.get(), draft.c_str(), to.folder.get(), to.name.c_str(), RENAME_NOREPLACE) != 0) {
      int error = errno;
      ::unlinkat(own.get(), draft.c_str(), 0);
      return error == EEXIST ? written_before(to, path, content) : failed(error);
    }
    return written(to, path);
  }

  Result move(std::string_view path, std::string_view path_to) const {
    Place from = place_of(root_, real(path));
    Place to = place_of(root_, path_to, true);
    if (!from.folder || !to.folder) return failed(errno);
    struct stat is = {};
    bool here = ::fstatat(from.folder.get(), from.name.c_str(), &is, AT_SYMLINK_NOFOLLOW) == 0;
    if (here &&
        ::renameat2(from.folder.get(), from.name.c_str(), to.folder.get(), to.name.c_str(), RENAME_NOREPLACE) != 0) {
      if (errno != EEXIST) return failed(errno);
      std::optional<bool> same = same_files(from, to);
      if (!same) return failed(errno);
      if (!*same) return refused(409, "taken", "a file of that name, with other content, is there");
      if (::unlinkat(from.folder.get(), from.name.c_str(), 0) != 0) return failed(errno);
    }
    if (::fstatat(to.folder.get(), to.name.c_str(), &is, AT_SYMLINK_NOFOLLOW) != 0) return failed(errno);
    ::fsync(to.folder.get());
    ::fsync(from.folder.get());
    return replied(200, json::Value(described(path_to, is)));
  }

 private:
  /// "claimed/x" is this hub's own x.
  std::string real(std::string_view path) const {
    return of_claimed(path) ? std::string(kClaimed) + "/" + owner_ + std::string(path.substr(kClaimed.size()))
                            : std::string(path);
  }

  bool others_have(const std::string& name) const {
    Descriptor claimed = open_folder(root_, kClaimed);
    std::unique_ptr<DIR, int (*)(DIR*)> owners(claimed ? ::fdopendir(::dup(claimed.get())) : nullptr,
                                               [](DIR* open) { return open ? ::closedir(open) : 0; });
    while (const dirent* owner = owners ? ::readdir(owners.get()) : nullptr) {
      struct stat is = {};
      std::string path = std::string(owner->d_name) + "/" + name;
      if (owner->d_name[0] != '.' && ::fstatat(claimed.get(), path.c_str(), &is, AT_SYMLINK_NOFOLLOW) == 0) return true;
    }
    return false;
  }

  static Result written_before(const Place& to, std::string_view path, std::string_view content) {
    struct stat is = {};
    Descriptor there = open_file(to, is);
    if (!there) return failed(errno);
    std::optional<std::string> bytes = read_at(there.get(), 0, content.size() + 1);
    if (!bytes) return failed(errno);
    if (*bytes != content) return refused(409, "other_content", "a file of that name, with other content, is there");
    return ::fsync(there.get()) == 0 ? written(to, path) : unclear(errno);
  }

  /// Under its name; nobody is told before the name is durable.
  static Result written(const Place& to, std::string_view path) {
    struct stat is = {};
    if (::fsync(to.folder.get()) != 0) return unclear(errno);
    Descriptor file = open_file(to, is);
    std::optional<std::string> bytes = file ? read_at(file.get(), 0, kReadMax) : std::nullopt;
    if (!bytes) return unclear(errno);
    Result out;
    out.ended = Ended::replied;
    out.reply.status = 200;
    out.reply.headers = {{"path", std::string(path)}};
    out.reply.body = std::move(*bytes);
    return out;
  }

  static std::optional<bool> same_files(const Place& one, const Place& other) {
    struct stat a = {}, b = {};
    Descriptor first = open_file(one, a), second = open_file(other, b);
    if (!first || !second) return std::nullopt;
    return a.st_size == b.st_size ? same_content(first.get(), second.get()) : std::optional<bool>(false);
  }

  int root_;
  const std::string& owner_;
};

}  // namespace

std::string folder_problem(const std::filesystem::path& folder) {
  if (!folder.is_absolute()) return "write the folder as an absolute path";
  struct stat is = {};
  if (::stat(folder.c_str(), &is) != 0) return folder.string() + ": " + std::strerror(errno);
  if (!S_ISDIR(is.st_mode)) return folder.string() + " is no folder";
  if ((is.st_mode & S_IWOTH) != 0) return open_to_all_text(folder);
  // Which of those below it are read is the connector's affair.
  using Walk = std::filesystem::recursive_directory_iterator;
  std::error_code error;
  for (Walk at(folder, std::filesystem::directory_options::skip_permission_denied, error), end; !error && at != end;
       at.increment(error))
    if (!at->is_symlink(error) && at->is_directory(error) && ::lstat(at->path().c_str(), &is) == 0 &&
        (is.st_mode & S_IWOTH) != 0)
      return open_to_all_text(at->path());
  return {};
}

Result Folder::perform(const net::Request& request) const {
  Descriptor root(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root) {
    Result out;
    out.error = "the folder " + path_.string() + ": " + std::strerror(errno);
    return out;
  }
  Work work(root.get(), owner_);
  std::string_view path = path_in(request.target), to = path_in(header(request, "to"));
  std::string problem = path_problem(path, request.method == "LIST");
  if (problem.empty() && request.method == "MOVE") problem = path_problem(to);
  bool reads = request.method == "LIST" || request.method == "READ";
  if (problem.empty() && (request.method == "LIST" || request.method == "CLAIM") && open_to_all(root))
    problem = open_to_all_text(path_);
  if (problem.empty() && !reads && (of_claimed(to) || (request.method != "MOVE" && of_claimed(path))))
    problem = "claimed/ is filled by CLAIM alone";
  if (!problem.empty()) return refused(403, "not_allowed", problem);
  if (request.method == "LIST") return work.list(path, number(header(request, "offset")));
  if (request.method == "READ")
    return work.read(path, number(header(request, "offset")), number(header(request, "length")));
  if (request.method == "CLAIM") return work.claim(path);
  if (request.method == "WRITE") return work.write(path, request.body);
  if (request.method == "MOVE") return work.move(path, to);
  return refused(403, "not_allowed", "a folder does not know " + request.method);
}

}  // namespace handoff::files
