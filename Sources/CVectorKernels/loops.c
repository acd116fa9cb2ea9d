#include "loops.h"

static _Thread_local int inside_loop = 0;

int vk_inside_loop(void) { return inside_loop; }
void vk_set_inside_loop(int inside) { inside_loop = inside; }
