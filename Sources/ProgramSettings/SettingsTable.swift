/// The table of all settings. `--help`, the README and the man page are made from it or compared with it.
public enum SettingsTable {
  /// Where the FastCGI socket listens.
  public static let listen = Setting(
    "VITRINE_LISTEN", default: "unix:var/run/fastcgi.sock",
    "FastCGI socket: unix:PATH or tcp:HOST:PORT; a socket handed over (LISTEN_FDS, or descriptor 0) is used instead")
  /// The folder of data.
  public static let data = Setting(
    "VITRINE_DATA", default: "var/data", "the tree: images/, photos/, buckets/, and .vitrine/ (index, secret, keys)")
  /// The folder of folders for archives.
  public static let photos = Setting(
    "PHOTOS_DIR", default: "$VITRINE_DATA/photos",
    "folders for /archive/<hash>/; only read; with an engine by default photos/ there")
  /// The folder of `app.log`.
  public static let logs = Setting("VITRINE_LOGS", default: "var/logs", "folder of app.log")
  static let workers = Setting("VITRINE_WORKERS", default: "number of cores", "worker processes, 1 to 256")
  static let level = Setting(
    "VITRINE_LEVEL", flag: "--level", default: "info",
    "debug, info, warning or error: the program's own log, on standard error")
  static let debug = Setting(
    "VITRINE_DEBUG", flag: "--debug", isSwitch: true, default: "off",
    "slows archive downloads (a pause between chunks), to try out aborted downloads")
  static let maxUpload = Setting("VITRINE_MAX_UPLOAD", default: "5MiB", "largest picture, in bytes or as 5MiB")
  static let maxPixels = Setting("VITRINE_MAX_PIXELS", default: "100M", "largest width × height of a picture")
  static let maxArchives = Setting(
    "VITRINE_MAX_ARCHIVES", default: "8192", "archives in flight in one worker; beyond, 503 with Retry-After")
  static let maxArchivesPerClient = Setting(
    "VITRINE_MAX_ARCHIVES_PER_CLIENT", default: "off",
    "archives in flight for one client address (of IPv6: one /64), in all workers together; beyond, 503 with Retry-After"
  )
  static let settle = Setting(
    "VITRINE_SETTLE", default: "3s",
    "a photo folder with a file written to within this time is waited for, twice that at most, then 503; 0: not at all")
  static let archiveNames = Setting(
    "VITRINE_ARCHIVE_NAMES", default: "portable",
    "names in archives. portable: such that every system can unpack them; exact: as the folder has them")
  static let language = Setting(
    "VITRINE_LANGUAGE", default: "en", "en, ru or es: language of app.log, and of pages for a client that names none")
  static let publicURL = Setting(
    "VITRINE_PUBLIC_URL", default: "from the request", "base of the links that are handed out: https://host")
  static let uploadToken = Setting(
    "VITRINE_UPLOAD_TOKEN", default: "none", "if set, an upload needs “Authorization: Bearer <token>”")
  static let readOnly = Setting(
    "VITRINE_READ_ONLY", default: "off", "on: whatever would change something is answered 503 with Retry-After")
  static let moderation = Setting(
    "VITRINE_MODERATION", default: "off", "queue: a new picture is unlisted until somebody approves it")
  static let objectDomain = Setting(
    "VITRINE_S3_DOMAIN", default: "none",
    "domain of virtual-host addresses of the object store, bucket.domain; all others are path-style")
  static let accessKey = Setting(
    "VITRINE_ACCESS_KEY", default: "none",
    "root access key of the object store; without the pair that service is closed")
  static let secretKey = Setting("VITRINE_SECRET_KEY", default: "none", "its secret")
  /// The database of several hosts.
  public static let database = Setting(
    "VITRINE_DATABASE", default: "none",
    "for several hosts: PostgreSQL connection string; its password may be file:PATH; goes together with VITRINE_ENGINE")
  /// The engine of several hosts.
  public static let engine = Setting(
    "VITRINE_ENGINE", default: "none",
    "where the bytes lie then: https://host:port/bucket/prefix of a server that speaks S3; VITRINE_DATA is this host's own"
  )
  static let engineAccessKey = Setting("VITRINE_ENGINE_ACCESS_KEY", default: "none", "access key of the engine")
  static let engineSecretKey = Setting(
    "VITRINE_ENGINE_SECRET_KEY", default: "none", "its secret, or file:PATH of a file that holds it")
  static let engineRegion = Setting(
    "VITRINE_ENGINE_REGION", default: "us-east-1", "region that the engine wants to see")
  /// Copies of blobs in a worker.
  public static let engineCache = Setting(
    "VITRINE_ENGINE_CACHE", default: "256MiB",
    "how much each worker keeps at hand of what it gets from the engine again and again; 0 for nothing")

  static let cacheSize = Setting(
    "VITRINE_CACHE_SIZE", default: "10GiB",
    "with an engine: how large nginx's cache of pictures on this host may become")
  static let cacheTime = Setting(
    "VITRINE_CACHE_TIME", default: "60s",
    "with an engine: for how long nginx hands out a picture before it asks whether it is still there, 1s to 9999s")

  /// All of them, in the order in which they are shown.
  public static let all = [
    listen, data, photos, logs, workers, level, debug, maxUpload, maxPixels, maxArchives, maxArchivesPerClient,
    settle, archiveNames, language, publicURL, uploadToken, readOnly, moderation, objectDomain, accessKey, secretKey,
    database, engine, engineAccessKey, engineSecretKey, engineRegion, engineCache, cacheSize, cacheTime,
  ]

  /// Names that `deploy/run`, the tests and the benchmarks read; no setting of the program, and no mistake either.
  static let foreignNames: Set<String> = [
    "VITRINE_HTTP_PORT", "VITRINE_S3_PORT", "VITRINE_CONSOLE_PORT", "VITRINE_BIN", "VITRINE_VERSION",
    "VITRINE_TEST_STORAGE",
  ]
}
