#pragma once
// The other end of net::Transport: connections that are folders. Each has a thread of its own, so that a file system
// that hangs holds its own connector and nobody else (INVARIANTS B1).

#include <memory>
#include <vector>

#include "core/files/folder.hpp"

namespace handoff::files {

/// Sends to folders are done here, in order of arrival; all others go on to `network`, which must outlive it.
class FolderTransport final : public net::Transport {
 public:
  explicit FolderTransport(net::Transport& network);
  /// Ends what waits as not_sent, and waits for what is under way.
  ~FolderTransport() override;

  /// The number for Outbound::connection. [before the first send]
  std::uint32_t add_folder(Folder folder);

  using net::Transport::send;
  void send(std::vector<net::Departure> all) override;

 private:
  class Worker;
  net::Transport& network_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace handoff::files
