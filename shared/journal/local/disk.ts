/** What there is on a file system, in bytes. */
export interface DiskSpace {
  /** To those without privileges. */
  readonly availableBytes: number;
  /** 0 where the file system does not say. */
  readonly totalBytes: number;
}

/** The only way from the watch to the file system that holds the data. Both reject with the system's error. */
export interface Disk {
  space(): Promise<DiskSpace>;
  /** Tries it: whether so many bytes can be written now. It finds what `space` does not show. */
  hasRoomFor(bytes: number): Promise<boolean>;
}
