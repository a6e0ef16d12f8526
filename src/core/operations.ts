/** What a model does, in words that no vendor owns. */
export const operations = [
  ...['text-to-image', 'image-to-image', 'reference-to-image', 'upscale-image'],
  ...['text-to-video', 'image-to-video', 'start-end-to-video', 'reference-to-video', 'multiframe-to-video'],
  ...['template-to-video', 'audio-to-video', 'lip-sync', 'motion-control', 'edit-video', 'extend-video'],
  ...['upscale-video', 'interpolate-video', 'denoise-video', 'erase-subtitles', 'translate-video'],
  ...['text-to-audio', 'text-to-speech', 'clone-voice', 'design-voice', 'music', 'extend-music', 'separate-audio'],
  ...['text-to-3d', 'image-to-3d', 'text-to-world', 'image-to-world', 'video-to-world'],
  ...['text-to-text', 'image-to-text', 'video-to-text', 'audio-to-text'],
  ...['create-subject', 'read-subjects', 'edit-subject', 'identify-face', 'upload-asset'],
] as const;
export type Operation = (typeof operations)[number];
