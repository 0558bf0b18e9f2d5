<?php
// A folder as a zip of stored files, made on the fly as far as PHP allows: exact length, checksums ahead of each file.
// Members are below 4 GB in all, and their names are ASCII.

set_time_limit(0);
while (ob_get_level() > 0) {
    ob_end_clean();
}
$folder = $_SERVER['PEER_FOLDER'];
$paths = [];
foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS)) as $file) {
    if ($file->isFile()) {
        $paths[] = substr($file->getPathname(), strlen($folder) + 1);
    }
}
sort($paths, SORT_STRING);
$length = 22;
foreach ($paths as $path) {
    $length += 30 + 46 + 2 * strlen($path) + filesize("$folder/$path");
}
header('Content-Type: application/zip');
header('Content-Disposition: attachment; filename="archive.zip"');
header("Content-Length: $length");

$directory = '';
$offset = 0;
foreach ($paths as $path) {
    $size = filesize("$folder/$path");
    $time = getdate(filemtime("$folder/$path"));
    $facts = pack(
        'vvvvvVVVvv', 10, 0, 0, $time['hours'] << 11 | $time['minutes'] << 5 | $time['seconds'] >> 1,
        ($time['year'] - 1980) << 9 | $time['mon'] << 5 | $time['mday'],
        hexdec(hash_file('crc32b', "$folder/$path")), $size, $size, strlen($path), 0);
    echo "PK\x03\x04", $facts, $path;
    readfile("$folder/$path");
    $directory .= "PK\x01\x02" . pack('v', 0x031e) . $facts . pack('vvvVV', 0, 0, 0, 0100644 << 16, $offset) . $path;
    $offset += 30 + strlen($path) + $size;
}
$count = count($paths);
echo $directory, "PK\x05\x06", pack('vvvvVVv', 0, 0, $count, $count, strlen($directory), $offset, 0);
