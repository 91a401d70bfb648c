#include "core/files/folder_transport.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "core/net/halt.hpp"

namespace handoff::files {

namespace {

constexpr std::uint32_t kFirstFolder = 0x8000'0000;  // the network counts its connections from 0

std::int64_t since_us(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - then).count();
}

}  // namespace

class FolderTransport::Worker {
 public:
  explicit Worker(Folder folder) : folder_(std::move(folder)), thread_([this] { run(); }) {}
  ~Worker() {
    {
      std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    arrived_.notify_one();
    thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void add(net::Outbound out, std::function<void(net::Result)> done) {
    std::scoped_lock lock(mutex_);
    jobs_.push_back({std::move(out), std::move(done), std::chrono::steady_clock::now()});
    arrived_.notify_one();
  }

 private:
  struct Job {
    net::Outbound out;
    std::function<void(net::Result)> done;
    std::chrono::steady_clock::time_point came;
  };

  void run() {
    while (true) {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return !jobs_.empty() || stopping_; });
      if (jobs_.empty()) return;
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      if (net::is_halted()) return;
      bool too_late = stopping_ || since_us(job.came) > std::int64_t{job.out.deadlines.total_ms} * 1000;
      lock.unlock();
      net::Result result;
      if (too_late)
        result.error = "the folder: it waited too long behind other calls";
      else
        result = folder_.perform(job.out.request);
      result.elapsed_us = since_us(job.came);
      job.done(std::move(result));
    }
  }

  Folder folder_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all the others
};

FolderTransport::FolderTransport(net::Transport& network) : network_(network) {}
FolderTransport::~FolderTransport() = default;

std::uint32_t FolderTransport::add_folder(Folder folder) {
  workers_.push_back(std::make_unique<Worker>(std::move(folder)));
  return kFirstFolder + static_cast<std::uint32_t>(workers_.size()) - 1;
}

void FolderTransport::send(std::vector<net::Departure> all) {
  auto is_file_call = [this](const net::Departure& one) {
    return one.out.connection >= kFirstFolder && one.out.connection - kFirstFolder < workers_.size();
  };
  for (net::Departure& one : all)
    if (is_file_call(one)) workers_[one.out.connection - kFirstFolder]->add(std::move(one.out), std::move(one.done));
  std::erase_if(all, is_file_call);
  if (!all.empty()) network_.send(std::move(all));
}

}  // namespace handoff::files
