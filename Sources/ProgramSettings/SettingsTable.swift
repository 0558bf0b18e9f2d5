/// The table of all settings. `--help`, the README and the man page are made from it or compared with it.
public enum SettingsTable {
  static let listen = Setting(
    "VITRINE_LISTEN", default: "unix:var/run/fastcgi.sock",
    "FastCGI socket: unix:PATH or tcp:HOST:PORT; a socket handed over (LISTEN_FDS, or descriptor 0) is used instead")
  /// The folder of data.
  public static let data = Setting(
    "VITRINE_DATA", default: "var/data", "the tree: images/, photos/, buckets/, and .vitrine/ (index, secret, keys)")
  /// The folder of folders for archives.
  public static let photos = Setting(
    "PHOTOS_DIR", default: "$VITRINE_DATA/photos", "folders for /archive/<hash>/; only read")
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
  static let objectDomain = Setting(
    "VITRINE_S3_DOMAIN", default: "none",
    "domain of virtual-host addresses of the object store, bucket.domain; all others are path-style")
  static let accessKey = Setting(
    "VITRINE_ACCESS_KEY", default: "none",
    "root access key of the object store; without the pair that service is closed")
  static let secretKey = Setting("VITRINE_SECRET_KEY", default: "none", "its secret")

  /// All of them, in the order in which they are shown.
  public static let all = [
    listen, data, photos, logs, workers, level, debug, maxUpload, maxPixels, maxArchives, maxArchivesPerClient,
    settle, archiveNames, language, publicURL, uploadToken, objectDomain, accessKey, secretKey,
  ]

  /// Names that `deploy/run`, the tests and the benchmarks read; no setting of the program, and no mistake either.
  static let foreignNames: Set<String> = [
    "VITRINE_HTTP_PORT", "VITRINE_S3_PORT", "VITRINE_CONSOLE_PORT", "VITRINE_BIN", "VITRINE_VERSION",
  ]
}
