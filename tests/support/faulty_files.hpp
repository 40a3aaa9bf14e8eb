// A file system for SQLite that fails: full disk, short writes, failed reads and syncs, and a power
// cut that loses what was not synced, in any order and torn at sectors.
//
// Beside every file it keeps what a disk would hold: a write lies in the file at once, as in the
// operating system's cache, and reaches the disk with a sync. A sync that fails drops what it was to
// write, as Linux does: some of it is on the disk, some never will be, and the cache hides it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace cp::test {

class FaultyFiles {
 public:
  /// Registers the file system under a name of its own, until the end.
  explicit FaultyFiles(std::uint64_t seed);
  ~FaultyFiles();
  FaultyFiles(const FaultyFiles&) = delete;
  FaultyFiles& operator=(const FaultyFiles&) = delete;
  [[nodiscard]] const std::string& name() const;

  /// How often, in a million calls, each fault comes.
  struct Rates {
    std::uint32_t short_write = 0;
    std::uint32_t full_disk = 0;
    std::uint32_t failed_sync = 0;
    std::uint32_t failed_read = 0;
  };
  void set(const Rates& rates);
  /// How many faults came so far.
  struct Counts {
    std::uint64_t short_writes = 0, full_disks = 0, failed_syncs = 0, failed_reads = 0, power_cuts = 0;
  };
  [[nodiscard]] Counts counts() const;

  /// From now on nothing reaches a file, and every call fails.
  void cut_power();
  /// With all files closed: they are what the disk held.
  void restore_power();

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace cp::test
