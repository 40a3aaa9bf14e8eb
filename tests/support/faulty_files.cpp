#include "tests/support/faulty_files.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <stdexcept>
#include <vector>

namespace cp::test {
namespace {

constexpr std::size_t sector = 512;

/// What a disk holds of a file, and what is on its way there.
struct Disk {
  struct Change {
    std::size_t offset = 0;
    std::string bytes;
    bool truncates = false;  // to `offset`
  };
  std::string image;
  std::vector<Change> pending;
};

void apply(std::string& image, const Disk::Change& change, std::size_t from, std::size_t size) {
  if (image.size() < change.offset + from + size) image.resize(change.offset + from + size, '\0');
  image.replace(change.offset + from, size, change.bytes, from, size);
}

}  // namespace

struct FaultyFiles::State {
  explicit State(std::uint64_t seed) : random(seed) {}

  std::string name;
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;

  std::mutex mutex;
  std::mt19937_64 random;
  Rates rates;
  Counts counts;
  bool power = true;
  std::map<std::string, Disk> disks;

  bool chance(std::uint32_t in_a_million) {
    return in_a_million > 0 && std::uniform_int_distribution<std::uint32_t>(0, 999'999)(random) < in_a_million;
  }
  void synced(Disk& disk) {
    for (const auto& change : disk.pending) {
      if (change.truncates) disk.image.resize(std::min(disk.image.size(), change.offset));
      else apply(disk.image, change, 0, change.bytes.size());
    }
    disk.pending.clear();
  }
  /// Some of what was on its way arrives: whole writes, or some of their sectors.
  void partly_synced(Disk& disk) {
    for (const auto& change : disk.pending) {
      const auto luck = random() % 4;
      if (luck == 0) continue;
      if (change.truncates) {
        disk.image.resize(std::min(disk.image.size(), change.offset));
        continue;
      }
      for (std::size_t from = 0; from < change.bytes.size();) {
        const auto size = std::min(change.bytes.size() - from, sector - (change.offset + from) % sector);
        if (luck != 1 || random() % 2 == 0) apply(disk.image, change, from, size);
        from += size;
      }
    }
    disk.pending.clear();
  }
};

namespace {

using State = FaultyFiles::State;

/// SQLite makes room for this and for the real file behind it.
struct File {
  sqlite3_file base;
  State* state;
  Disk* disk;  // of files that are named
  sqlite3_file* real;
};

File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return of(file).real; }

int close_file(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  auto& state = *of(file).state;
  {
    const std::scoped_lock lock(state.mutex);
    if (!state.power) return SQLITE_IOERR_READ;
    if (state.chance(state.rates.failed_read)) {
      ++state.counts.failed_reads;
      return SQLITE_IOERR_READ;
    }
  }
  return real(file)->pMethods->xRead(real(file), out, size, offset);
}

int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  auto& state = *of(file).state;
  const std::scoped_lock lock(state.mutex);
  if (!state.power) return SQLITE_IOERR_WRITE;
  if (state.chance(state.rates.full_disk)) {
    ++state.counts.full_disks;
    return SQLITE_FULL;
  }
  const bool is_short = state.chance(state.rates.short_write);
  if (is_short) {
    ++state.counts.short_writes;
    size = static_cast<int>(state.random() % static_cast<unsigned>(size));
  }
  if (of(file).disk && size > 0) {
    of(file).disk->pending.push_back(
        {static_cast<std::size_t>(offset), std::string(static_cast<const char*>(data), static_cast<std::size_t>(size)), false});
  }
  const int status = size > 0 ? real(file)->pMethods->xWrite(real(file), data, size, offset) : SQLITE_OK;
  return is_short ? SQLITE_IOERR_WRITE : status;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  auto& state = *of(file).state;
  const std::scoped_lock lock(state.mutex);
  if (!state.power) return SQLITE_IOERR_TRUNCATE;
  if (of(file).disk) of(file).disk->pending.push_back({static_cast<std::size_t>(size), {}, true});
  return real(file)->pMethods->xTruncate(real(file), size);
}

int sync_file(sqlite3_file* file, int) {
  auto& state = *of(file).state;
  const std::scoped_lock lock(state.mutex);
  if (!state.power) return SQLITE_IOERR_FSYNC;
  auto* disk = of(file).disk;
  if (state.chance(state.rates.failed_sync)) {
    ++state.counts.failed_syncs;
    if (disk) state.partly_synced(*disk);
    return SQLITE_IOERR_FSYNC;
  }
  if (disk) state.synced(*disk);
  return SQLITE_OK;  // the disk is a pretence, and a real one would only be slow
}

int file_size(sqlite3_file* file, sqlite3_int64* size) { return real(file)->pMethods->xFileSize(real(file), size); }
int lock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int unlock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
int check_reserved(sqlite3_file* file, int* out) { return real(file)->pMethods->xCheckReservedLock(real(file), out); }
int file_control(sqlite3_file* file, int code, void* argument) {
  return real(file)->pMethods->xFileControl(real(file), code, argument);
}
int sector_size(sqlite3_file*) { return sector; }
int characteristics(sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int unmap_shared(sqlite3_file* file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); }

constexpr sqlite3_io_methods methods = {
    2,         close_file,   read_file,      write_file,   truncate_file, sync_file,
    file_size, lock_file,    unlock_file,    check_reserved, file_control, sector_size,
    characteristics, map_shared, lock_shared, barrier, unmap_shared, nullptr, nullptr};

State& of(sqlite3_vfs* vfs) { return *static_cast<State*>(vfs->pAppData); }

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* flags_out) {
  auto& state = of(vfs);
  file->pMethods = nullptr;
  of(file).state = &state;
  of(file).disk = nullptr;
  of(file).real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(File));
  {
    const std::scoped_lock lock(state.mutex);
    if (!state.power) return SQLITE_CANTOPEN;
    if (path) {
      const auto [found, is_new] = state.disks.try_emplace(path);
      of(file).disk = &found->second;
      if (is_new) {
        std::ifstream there(path, std::ios::binary);
        found->second.image.assign(std::istreambuf_iterator<char>(there), {});
      }
    }
  }
  const int status = state.real->xOpen(state.real, path, real(file), flags, flags_out);
  if (status == SQLITE_OK) file->pMethods = &methods;
  return status;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync) {
  auto& state = of(vfs);
  const std::scoped_lock lock(state.mutex);
  if (!state.power) return SQLITE_IOERR_DELETE;
  if (const auto found = state.disks.find(path); found != state.disks.end()) {
    found->second.image.clear();
    found->second.pending.clear();
  }
  return state.real->xDelete(state.real, path, sync);
}

}  // namespace

FaultyFiles::FaultyFiles(std::uint64_t seed) : state_(std::make_unique<State>(seed)) {
  static std::atomic<int> count = 0;
  state_->name = "faulty-" + std::to_string(++count);
  state_->real = sqlite3_vfs_find(nullptr);
  // All that is not about the bytes of files goes to the real one: its functions look into no
  // field that is ours.
  state_->vfs = *state_->real;
  state_->vfs.szOsFile = static_cast<int>(sizeof(File)) + state_->real->szOsFile;
  state_->vfs.pNext = nullptr;
  state_->vfs.zName = state_->name.c_str();
  state_->vfs.pAppData = state_.get();
  state_->vfs.xOpen = open_file;
  state_->vfs.xDelete = delete_file;
  if (sqlite3_vfs_register(&state_->vfs, 0) != SQLITE_OK) throw std::runtime_error("the file system is not registered");
}

FaultyFiles::~FaultyFiles() { sqlite3_vfs_unregister(&state_->vfs); }

const std::string& FaultyFiles::name() const { return state_->name; }

void FaultyFiles::set(const Rates& rates) {
  const std::scoped_lock lock(state_->mutex);
  state_->rates = rates;
}

FaultyFiles::Counts FaultyFiles::counts() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->counts;
}

void FaultyFiles::cut_power() {
  const std::scoped_lock lock(state_->mutex);
  state_->power = false;
  ++state_->counts.power_cuts;
}

void FaultyFiles::restore_power() {
  const std::scoped_lock lock(state_->mutex);
  for (auto& [path, disk] : state_->disks) {
    state_->partly_synced(disk);
    if (disk.image.empty()) {
      int ignored = 0;
      state_->real->xAccess(state_->real, path.c_str(), SQLITE_ACCESS_EXISTS, &ignored);
      if (!ignored) continue;
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc).write(disk.image.data(), static_cast<std::streamsize>(disk.image.size()));
  }
  state_->power = true;
}

}  // namespace cp::test
