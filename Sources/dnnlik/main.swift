print("dnnlik")
