#pragma once

// Whether the calling thread is inside a parallel loop: a flag of each thread.
int vk_inside_loop(void);
void vk_set_inside_loop(int inside);
