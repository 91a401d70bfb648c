#pragma once
// Finding, judging and loading connectors. Nothing of a connector runs before its file, its manifest and its header
// have been checked; a connector that ran is never unloaded (PLUGIN-ABI: unloading crashes, reloading loads beside).

#include <handoff/abi.h>

#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/model/manifest.hpp"

namespace handoff::plugin_host {

/// The JSON text of the ELF note, without running any code of the file.
std::expected<std::string, std::string> read_note(const std::filesystem::path& file);

/// The same of a file's bytes. `name`: how messages call it.
std::expected<std::string, std::string> note_in(std::string data, const std::string& name);

/// The file's dynamic symbols by name: what it takes from other libraries, and what it gives. Runs none of its code.
struct Symbols {
  std::vector<std::string> imported, exported;
};
std::expected<Symbols, std::string> dynamic_symbols(const std::filesystem::path& file);

/// Who calls an import of the file: a C++ runtime that is linked into it has parts that sleep and open files, used or not.
enum class Caller {
  connector,  // its own code, or code that it calls; also where that cannot be excluded
  runtime,    // such a runtime alone, in functions that nothing else calls
  not_known   // there is such a runtime, and the file does not name its functions
};
Caller caller_of(const std::filesystem::path& file, const std::string& import);

/// Refuses a file, or a folder it lies in, that someone besides its owner may write, or that belongs to a third.
std::expected<void, std::string> check_permissions(const std::filesystem::path& file);

/// The same of an open file, and of the folder it lies in now.
std::expected<void, std::string> check_permissions(int descriptor, const std::filesystem::path& file);

/// The bytes of one connector, taken once: what is hashed is what runs, whatever becomes of the file. They lie in
/// memory of their own that nobody can change any more. [any thread]
class Image {
 public:
  /// Refuses what check_permissions() refuses, of the file that was really opened.
  static std::expected<std::shared_ptr<const Image>, std::string> open(const std::filesystem::path& file);
  ~Image();
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  const std::filesystem::path& file() const { return file_; }  // where it came from
  const std::string& sha256() const { return sha256_; }        // 64 hex digits, lower case
  const std::string& note() const { return note_; }            // the text of connector.json
  int descriptor() const { return descriptor_; }               // to read or map it by; stays open as long as this does

 private:
  Image() = default;
  std::filesystem::path file_;
  std::string sha256_, note_;
  int descriptor_ = -1;
};

/// "Do these two fit?" The message names both numbers, whose each is, and what to do. Empty if they fit.
std::string negotiate(const handoff_plugin& header, const std::string& file);

/// The i-th operation of a header that was checked, however large its connector's struct is. `i` below n_operations.
const handoff_operation& operation_at(const handoff_plugin& header, std::uint32_t i);

/// A loaded connector. Lives until the process ends.
class Plugin {
 public:
  static std::expected<const Plugin*, std::string> load(const std::filesystem::path& file);
  /// From these bytes. Keeps the image.
  static std::expected<const Plugin*, std::string> load(const std::shared_ptr<const Image>& image);

  const Manifest& manifest() const { return manifest_; }
  const handoff_plugin& header() const { return *header_; }
  const std::filesystem::path& file() const { return file_; }

 private:
  Plugin() = default;
  static std::expected<std::unique_ptr<Plugin>, std::string> map(const std::filesystem::path& file,
                                                                 const std::string& path, const std::string& note);
  std::expected<void, std::string> check_operations() const;
  std::filesystem::path file_;
  Manifest manifest_;
  const handoff_plugin* header_ = nullptr;
};

/// The connectors in the configured folders: manifests now, code when it is asked for.
class Catalogue {
 public:
  /// Later folders do not override earlier ones; two files of one folder with the same id are an error. Files that
  /// cannot be read are remembered with the reason.
  explicit Catalogue(const std::vector<std::filesystem::path>& folders);

  struct Entry {
    std::filesystem::path file;
    std::string note;  // the manifest's text
    Manifest manifest;
  };
  const std::map<std::string, Entry>& entries() const { return entries_; }
  const std::map<std::string, std::string>& unreadable() const { return unreadable_; }

  std::expected<const Manifest*, std::string> manifest(std::string_view id) const;
  std::expected<const Plugin*, std::string> plugin(std::string_view id) const;
  /// Its bytes as they are now, which still hold the manifest that was read.
  std::expected<std::shared_ptr<const Image>, std::string> image(std::string_view id) const;

 private:
  std::expected<const Entry*, std::string> find(std::string_view id) const;
  void take_for_doubtful(const std::string& id, const std::filesystem::path& one, const std::filesystem::path& other);
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> unreadable_;  // file -> why
  std::map<std::string, std::string> doubtful_;    // id -> why
  std::string folders_;
};

}  // namespace handoff::plugin_host
